package io.strata.runtime.volumes;

import io.strata.runtime.volumes.MountPoint.Type;
import io.strata.runtime.volumes.MountRequest.MountSpec;
import io.strata.runtime.volumes.Volumes.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One container's mounts being decided, in moby's order (daemon/volumes.go, registerMountPoints): those of other
 * containers, then {@code -v}, then {@code --mount} and {@code --tmpfs}, which may replace the former but not each other;
 * last the destinations that are volumes and have nothing yet.
 */
final class Deciding {
    private final Volumes volumes;
    private final MountRequest request;
    private final Map<String, MountPoint> decided = new LinkedHashMap<>();
    private final Set<String> named = new HashSet<>();
    private final List<Volume> made = new ArrayList<>();

    Deciding(Volumes volumes, MountRequest request) {
        this.volumes = volumes;
        this.request = request;
    }

    /** Volumes that were not there before. */
    List<Volume> made() {
        return made;
    }

    List<MountPoint> decide() throws IOException {
        for (MountPoint other : request.volumesFrom()) {
            decided.put(other.destination(), other);
        }
        for (String bind : request.binds()) {
            bind(bind);
        }
        for (MountSpec mount : request.mounts()) {
            mount(mount);
        }
        for (Map.Entry<String, String> tmpfs : request.tmpfs().entrySet()) {
            String destination = Destination.checked(tmpfs.getKey());
            claim(destination);
            put(new MountPoint(
                    Type.TMPFS, "", destination, false, "", "", TmpfsOptions.parse(tmpfs.getValue()), false));
        }
        for (String volume : request.volumes()) {
            String destination = Destination.ofImage(volume);
            if (!decided.containsKey(destination)) {
                put(volume(makeAnonymous(), destination, false, true));
            }
        }
        return decided.values().stream()
                .sorted(Comparator.comparing(mount -> Destination.depth(mount.destination())))
                .toList();
    }

    private void put(MountPoint mount) {
        decided.put(mount.destination(), mount);
    }

    /** Two mounts of one container at one place are a mistake, unless one was another container's. */
    private void claim(String destination) throws MountException {
        if (!named.add(destination)) {
            throw new MountException("Duplicate mount point: " + destination);
        }
    }

    private void bind(String raw) throws IOException {
        BindSpec spec = BindSpec.parse(raw);
        String destination;
        try {
            destination = Destination.checked(spec.target());
        } catch (MountException e) {
            throw new MountException(
                    "invalid volume specification: '" + raw + "': invalid mount config for type \""
                            + (spec.bind() ? "bind" : "volume") + "\": " + e.getMessage(),
                    e);
        }
        claim(destination);
        if (spec.bind()) {
            put(bind(
                    Path.of(Destination.clean(spec.source())), destination, spec.readOnly(), spec.propagation(), true));
            return;
        }
        if (!spec.propagation().isEmpty()) {
            throw BindSpec.invalid(raw);
        }
        Volume volume = spec.source().isEmpty() ? makeAnonymous() : make(spec.source(), Map.of());
        put(volume(volume, destination, spec.readOnly(), !spec.noCopy()));
    }

    private void mount(MountSpec spec) throws IOException {
        try {
            String destination = Destination.checked(spec.target());
            claim(destination);
            switch (spec.type()) {
                case "bind" -> {
                    if (spec.source().isEmpty()) {
                        throw new MountException("field Source must not be empty");
                    }
                    if (!spec.source().startsWith("/")) {
                        throw new MountException(
                                "invalid mount path: '" + spec.source() + "' mount path must be absolute");
                    }
                    if (!spec.propagation().isEmpty() && !BindSpec.PROPAGATIONS.contains(spec.propagation())) {
                        throw new MountException("invalid propagation: " + spec.propagation());
                    }
                    Path source = Path.of(Destination.clean(spec.source()));
                    put(bind(source, destination, spec.readOnly(), spec.propagation(), spec.createMountpoint()));
                }
                case "volume" -> {
                    if (spec.source().isEmpty() && spec.readOnly()) {
                        throw new MountException("must not set ReadOnly mode when using anonymous volumes");
                    }
                    Volume volume = spec.source().isEmpty() ? makeAnonymous() : make(spec.source(), spec.labels());
                    put(volume(volume, destination, spec.readOnly(), !spec.noCopy()));
                }
                case "tmpfs" -> {
                    if (!spec.source().isEmpty()) {
                        throw new MountException("field Source must not be specified");
                    }
                    put(new MountPoint(
                            Type.TMPFS, "", destination, spec.readOnly(), "", "", TmpfsOptions.of(spec), false));
                }
                default -> throw new MountException("mount type unknown");
            }
        } catch (MountException e) {
            if (e.getMessage().startsWith("Duplicate mount point")
                    || e.getMessage().startsWith("create ")) {
                throw e;
            }
            throw new MountException("invalid mount config for type \"" + spec.type() + "\": " + e.getMessage(), e);
        }
    }

    private static MountPoint bind(
            Path source, String destination, boolean readOnly, String propagation, boolean create) throws IOException {
        if (!Files.exists(source)) {
            if (!create) {
                throw new MountException("bind source path does not exist: " + source);
            }
            Files.createDirectories(source);
        }
        return new MountPoint(
                Type.BIND,
                source.toString(),
                destination,
                readOnly,
                propagation.isEmpty() ? "rprivate" : propagation,
                "",
                List.of(),
                false);
    }

    private static MountPoint volume(Volume volume, String destination, boolean readOnly, boolean populate) {
        return new MountPoint(
                Type.VOLUME, volume.data().toString(), destination, readOnly, "", volume.name(), List.of(), populate);
    }

    private Volume make(String name, Map<String, String> labels) throws IOException {
        boolean there = volumes.find(name).isPresent();
        Volume volume = volumes.create(name, labels);
        if (!there) {
            made.add(volume);
        }
        return volume;
    }

    private Volume makeAnonymous() throws IOException {
        Volume volume = volumes.createAnonymous();
        made.add(volume);
        return volume;
    }
}
