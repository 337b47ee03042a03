package io.strata.runtime.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.strata.runtime.containers.Container;
import io.strata.runtime.containers.Containers;
import io.strata.runtime.network.NodeNetwork.Connected;
import io.strata.runtime.routing.Call;
import io.strata.runtime.routing.EngineRoutes;
import io.strata.runtime.routing.Router;
import io.strata.runtime.volumes.Volumes;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** {@code docker system df}: the cluster's images, this node's writable layers and volumes. */
@ApplicationScoped
public class DiskUsageResource implements EngineRoutes {
    private final Containers containers;
    private final ImageListClient images;
    private final Volumes volumes;
    private final NodeFacts facts;

    DiskUsageResource(Containers containers, ImageListClient images, Volumes volumes, NodeFacts facts) {
        this.containers = containers;
        this.images = images;
        this.volumes = volumes;
        this.facts = facts;
    }

    @Override
    public void register(Router router) {
        router.get("/system/df", this::usage);
    }

    private void usage(Call call) throws IOException {
        Set<String> types = new HashSet<>(call.queryAll("type"));
        List<Container> all = containers.all();
        Map<String, Object> usage = Json.of();
        if (wanted(types, "image")) {
            JsonNode listed = images.images();
            usage.put("LayersSize", layersSize(listed));
            usage.put("Images", listed);
        }
        if (wanted(types, "container")) {
            usage.put("Containers", containers(all));
        }
        if (wanted(types, "volume")) {
            usage.put("Volumes", volumes(all));
        }
        if (wanted(types, "build-cache")) {
            usage.put("BuildCache", List.of());
        }
        call.json(200, usage);
    }

    private static boolean wanted(Set<String> types, String type) {
        return types.isEmpty() || types.contains(type);
    }

    /** The gateway says how much of each image others share; without that an image is counted whole. */
    private static long layersSize(JsonNode images) {
        long size = 0;
        for (JsonNode image : images) {
            size += image.path("Size").asLong();
        }
        return size;
    }

    private List<Map<String, Object>> containers(List<Container> all) throws IOException {
        List<Map<String, Object>> shown = new ArrayList<>();
        for (Container container : all) {
            Optional<Connected> connected = facts.connected(container);
            Map<String, Object> line = SummaryView.of(container, facts, connected);
            long writable = facts.writable(container);
            line.put("SizeRw", writable);
            line.put("SizeRootFs", writable + facts.imageSize(container));
            shown.add(line);
        }
        return shown;
    }

    private List<Map<String, Object>> volumes(List<Container> all) throws IOException {
        List<Map<String, Object>> shown = new ArrayList<>();
        for (Volumes.Volume volume : volumes.list()) {
            long users = all.stream()
                    .filter(c -> c.mounts().stream().anyMatch(m -> m.name().equals(volume.name())))
                    .count();
            shown.add(Json.of(
                    "CreatedAt", volume.created().toString(),
                    "Driver", "local",
                    "Labels", volume.labels(),
                    "Mountpoint", volume.data().toString(),
                    "Name", volume.name(),
                    "Options", null,
                    "Scope", "local",
                    "UsageData", Json.of("RefCount", users, "Size", size(volume.data()))));
        }
        return shown;
    }

    /** Bytes of the files below; one that goes meanwhile is not counted. Links are not followed. */
    private static long size(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(f -> f.toFile().length())
                    .sum();
        } catch (UncheckedIOException vanished) {
            return 0;
        }
    }
}
