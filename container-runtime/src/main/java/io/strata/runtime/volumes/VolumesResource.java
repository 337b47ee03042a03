package io.strata.runtime.volumes;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.strata.layerfs.sys.Directory;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.routing.Call;
import io.strata.runtime.routing.EngineRoutes;
import io.strata.runtime.routing.Filters;
import io.strata.runtime.routing.Router;
import io.strata.runtime.volumes.Volumes.Volume;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The Engine API's {@code /volumes}. */
@ApplicationScoped
public class VolumesResource implements EngineRoutes {
    private final LocalVolumes volumes;

    @Inject
    public VolumesResource(LocalVolumes volumes) {
        this.volumes = volumes;
    }

    @Override
    public void register(Router router) {
        router.get("/volumes", call -> call.json(200, list(call.filters())));
        router.get("/volumes/{name}", call -> call.json(200, shown(found(call.path("name")))));
        router.post("/volumes/create", call -> call.json(201, shown(create(call))));
        router.post("/volumes/prune", call -> call.json(200, prune(call)));
        router.delete("/volumes/{name}", call -> {
            remove(call.path("name"), call.flag("force"));
            call.empty(204);
        });
    }

    record CreateVolume(
            @JsonProperty("Name") String name,
            @JsonProperty("Driver") String driver,
            @JsonProperty("DriverOpts") Map<String, String> options,
            @JsonProperty("Labels") Map<String, String> labels) {}

    private Volume found(String name) {
        return volumes.find(name).orElseThrow(() -> new EngineException.NotFound("get " + name + ": no such volume"));
    }

    private Map<String, Object> list(Filters filters) throws IOException {
        filters.only(Set.of("dangling", "driver", "label", "name"));
        Optional<Boolean> dangling = filters.flag("dangling");
        List<Map<String, Object>> shown = new ArrayList<>();
        for (Volume volume : volumes.list()) {
            boolean named = !filters.has("name") || filters.get("name").stream().anyMatch(volume.name()::contains);
            if (named
                    && filters.allows("driver", "local")
                    && filters.labelsHold(volume.labels())
                    && (dangling.isEmpty() || dangling.get() == volumes.unused(volume.name()))) {
                shown.add(shown(volume));
            }
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("Volumes", shown);
        answer.put("Warnings", null);
        return answer;
    }

    private static Map<String, Object> shown(Volume volume) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("CreatedAt", volume.created().truncatedTo(ChronoUnit.SECONDS).toString());
        shown.put("Driver", "local");
        shown.put("Labels", volume.labels().isEmpty() ? null : volume.labels());
        shown.put("Mountpoint", volume.data().toString());
        shown.put("Name", volume.name());
        shown.put("Options", null);
        shown.put("Scope", "local");
        return shown;
    }

    private Volume create(Call call) throws IOException {
        CreateVolume asked = call.body(CreateVolume.class);
        String driver = asked.driver() == null ? "" : asked.driver();
        if (!driver.isEmpty() && !driver.equals("local")) {
            throw new EngineException.NotFound(
                    "error looking up volume plugin " + driver + ": plugin \"" + driver + "\" not found");
        }
        if (asked.options() != null && !asked.options().isEmpty()) {
            throw new EngineException.NotImplemented("options of a volume's driver (docker volume create --opt "
                    + asked.options().keySet().iterator().next() + ")");
        }
        Map<String, String> labels = asked.labels() == null ? Map.of() : asked.labels();
        try {
            return asked.name() == null || asked.name().isEmpty()
                    ? volumes.createUnnamed(labels)
                    : volumes.create(asked.name(), labels);
        } catch (MountException refused) {
            throw refused.refusal();
        }
    }

    private void remove(String name, boolean force) throws IOException {
        if (!force) {
            found(name);
        }
        try {
            volumes.remove(name, force);
        } catch (VolumeInUseException used) {
            throw used.refusal();
        }
    }

    private static long bytes(Volume volume) throws IOException {
        try (Fd data = Linux.openDirectory(volume.data())) {
            return Directory.fileBytes(data);
        }
    }

    /** From API 1.42 on only anonymous volumes, unless all are asked for. */
    private Map<String, Object> prune(Call call) throws IOException {
        Filters filters = call.filters().only(Set.of("label", "label!", "all"));
        boolean all = !call.version().atLeast(42) || filters.flag("all").orElse(false);
        List<String> deleted = new ArrayList<>();
        long reclaimed = 0;
        for (Volume volume : volumes.list()) {
            if ((all || volume.anonymous()) && filters.labelsHold(volume.labels()) && volumes.unused(volume.name())) {
                long size = bytes(volume);
                volumes.remove(volume.name(), false);
                deleted.add(volume.name());
                reclaimed += size;
            }
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("VolumesDeleted", deleted);
        answer.put("SpaceReclaimed", reclaimed);
        return answer;
    }
}
