package io.strata.runtime.containers;

import io.strata.blobs.MissingBlobsException;
import io.strata.blobs.References;
import io.strata.events.ContainerEvent.ContainerCreated;
import io.strata.oci.ContainerConfig;
import io.strata.oci.Digest;
import io.strata.runtime.containers.HostConfig.Mount;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.images.NodeImages;
import io.strata.runtime.images.NodeImages.Image;
import io.strata.runtime.layers.LayerMounts;
import io.strata.runtime.layers.NodeLayer;
import io.strata.runtime.node.NodeConfig;
import io.strata.runtime.snapshots.Snapshots;
import io.strata.runtime.spec.RuntimeSpecs;
import io.strata.runtime.volumes.MountException;
import io.strata.runtime.volumes.MountPoint;
import io.strata.runtime.volumes.MountRequest;
import io.strata.runtime.volumes.MountRequest.MountSpec;
import io.strata.runtime.volumes.Volumes;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Makes containers: the layers are referenced in the store and held on the node before the row says that there is a
 * container, so that nobody drops what it needs; a failure takes all of it back.
 */
@ApplicationScoped
public class Creations {
    private static final Logger LOG = Logger.getLogger(Creations.class);

    private final ContainerStore store;
    private final NodeImages images;
    private final LayerMounts layers;
    private final References references;
    private final Snapshots snapshots;
    private final Volumes volumes;
    private final ContainerFolders folders;
    private final Removals removals;
    private final Containers containers;
    private final RuntimeSpecs specs;
    private final NodeConfig node;

    Creations(
            ContainerStore store,
            NodeImages images,
            LayerMounts layers,
            References references,
            Snapshots snapshots,
            Volumes volumes,
            ContainerFolders folders,
            Removals removals,
            Containers containers,
            RuntimeSpecs specs,
            NodeConfig node) {
        this.store = store;
        this.images = images;
        this.layers = layers;
        this.references = references;
        this.snapshots = snapshots;
        this.volumes = volumes;
        this.folders = folders;
        this.removals = removals;
        this.containers = containers;
        this.specs = specs;
        this.node = node;
    }

    /** {@code warnings} are for the user to read. */
    public record Created(String id, List<String> warnings) {}

    /** @throws EngineException with Docker's words for what cannot be; nothing was made then */
    public Created create(CreateRequest request) {
        String name = request.name().map(Names::checked).orElse("");
        if (!name.isEmpty()) {
            store.byName(name).ifPresent(holder -> {
                throw Names.taken(name, holder.id());
            });
        }
        if (request.config().image().isEmpty()) {
            throw new EngineException.InvalidInput("config cannot be empty in order to create a container");
        }
        Image image = images.find(request.config().image());
        String id = Ids.random();
        ContainerConfig imageConfig = image.config().config() == null
                ? ContainerConfig.EMPTY
                : image.config().config();
        Config merged = ConfigMerge.merge(request.config(), imageConfig);
        HostConfig host = withCgroupns(request.hostConfig());
        List<String> warnings = Validation.check(merged, host);
        Config config = merged.hostname().isEmpty() ? merged.withHostname(hostname(id, host)) : merged;
        String given = name.isEmpty() ? RandomNames.free(n -> store.byName(n).isPresent()) : name;
        try {
            specs.resources(LaunchSpec.resources(host));
            make(id, given, image, config, host, request.networking());
        } catch (IOException | RuntimeException e) {
            undo(id);
            throw refusal(e);
        }
        return new Created(id, warnings);
    }

    private void make(String id, String name, Image image, Config config, HostConfig host, NetworkingConfig networking)
            throws IOException {
        folders.create(id);
        layers.hold(id, image.layers().stream().map(NodeLayer::diffId).collect(Collectors.toUnmodifiableSet()));
        references.put(id, "container", name, digests(image));
        List<Path> lowers = images.lowers(image);
        List<MountPoint> mounts = volumes.decide(mountRequest(config, host));
        volumes.hold(
                id,
                mounts.stream()
                        .filter(m -> m.type() == MountPoint.Type.VOLUME)
                        .map(MountPoint::name)
                        .toList());
        snapshots.prepare(id, lowers);
        Container container = new Container(
                id,
                name,
                node.name(),
                config.image(),
                image.imageId(),
                Instant.now(),
                config,
                host,
                networking,
                mounts,
                Container.Run.NEW);
        store.add(container, new ContainerCreated(id, node.name(), name, config.image(), image.imageId()));
    }

    private static Set<Digest> digests(Image image) {
        Set<Digest> digests = new LinkedHashSet<>();
        digests.add(image.imageId());
        image.layers().forEach(layer -> digests.add(layer.digest()));
        return digests;
    }

    private void undo(String id) {
        try {
            removals.takeAway(id, true);
        } catch (IOException | RuntimeException e) {
            LOG.warnf("what was made for container %s is removed at the next start: %s", id, e.getMessage());
        }
        try {
            references.drop(id);
        } catch (IOException | RuntimeException e) {
            LOG.warnf("the layers of container %s, which was not made, stay referenced: %s", id, e.getMessage());
        }
    }

    private static EngineException refusal(Exception e) {
        return switch (e) {
            case EngineException known -> known;
            case MountException wrong -> new EngineException.InvalidInput(wrong.getMessage());
            case MissingBlobsException missing ->
                new EngineException.NotFound("No such image: " + missing.getMessage());
            default -> new EngineException.Failed(String.valueOf(e.getMessage()), e);
        };
    }

    private MountRequest mountRequest(Config config, HostConfig host) {
        List<MountPoint> from = new ArrayList<>();
        for (String spec : orNone(host.volumesFrom())) {
            from.addAll(mountsOf(spec));
        }
        return new MountRequest(
                orNone(host.binds()),
                orNone(host.mounts()).stream().map(Creations::mountSpec).toList(),
                host.tmpfs(),
                config.volumes() == null ? List.of() : config.volumes().keySet(),
                from);
    }

    /** {@code --volumes-from x[:ro|rw]}: binds and volumes of another container. */
    private List<MountPoint> mountsOf(String spec) {
        int colon = spec.indexOf(':');
        String mode = colon < 0 ? "" : spec.substring(colon + 1);
        if (!Set.of("", "ro", "rw", "z", "Z").contains(mode)) {
            throw new EngineException.InvalidInput("invalid mode: " + mode);
        }
        boolean readOnly = mode.equals("ro");
        return containers.find(colon < 0 ? spec : spec.substring(0, colon)).mounts().stream()
                .filter(m -> m.type() != MountPoint.Type.TMPFS)
                .map(m -> new MountPoint(
                        m.type(),
                        m.source(),
                        m.destination(),
                        m.readOnly() || readOnly,
                        m.propagation(),
                        m.name(),
                        m.options(),
                        false))
                .toList();
    }

    private static MountSpec mountSpec(Mount mount) {
        return new MountSpec(
                mount.type() == null ? "volume" : mount.type(),
                mount.source() == null ? "" : mount.source(),
                mount.target() == null ? "" : mount.target(),
                mount.readOnly(),
                mount.bindOptions() == null || mount.bindOptions().propagation() == null
                        ? ""
                        : mount.bindOptions().propagation(),
                mount.volumeOptions() != null && mount.volumeOptions().noCopy(),
                mount.bindOptions() != null && mount.bindOptions().createMountpoint(),
                mount.volumeOptions() == null || mount.volumeOptions().labels() == null
                        ? Map.of()
                        : mount.volumeOptions().labels(),
                mount.tmpfsOptions() == null ? 0 : mount.tmpfsOptions().sizeBytes(),
                mount.tmpfsOptions() == null ? 0 : mount.tmpfsOptions().mode());
    }

    /** Docker's default: a cgroup namespace of its own where the kernel has cgroup v2. */
    private static HostConfig withCgroupns(HostConfig host) {
        if (!host.cgroupnsMode().isEmpty()) {
            return host;
        }
        return host.withCgroupnsMode(Cgroups.v2() && !host.privileged() ? "private" : "host");
    }

    private static String hostname(String id, HostConfig host) {
        if (host.networkMode().startsWith("container:")) {
            return "";
        }
        if (host.networkMode().equals("host") || host.utsMode().equals("host")) {
            try {
                return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            } catch (IOException unreadable) {
                return id.substring(0, 12);
            }
        }
        return id.substring(0, 12);
    }

    private static <T> List<T> orNone(List<T> list) {
        return list == null ? List.of() : list;
    }
}
