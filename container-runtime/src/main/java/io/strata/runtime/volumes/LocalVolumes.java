package io.strata.runtime.volumes;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.sys.Directory;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.runtime.node.NodeConfig;
import io.strata.runtime.routing.EngineJson;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Volumes as folders of the node's home: {@code volumes/<name>/_data}, and beside it {@code volume.json}, which says what
 * it is; {@code volume-users/<container>} says who uses which. A volume appears and goes whole, by a rename.
 */
@ApplicationScoped
public class LocalVolumes implements Volumes {
    /** Docker's mark of a volume that nobody named. */
    static final String ANONYMOUS = "com.docker.volume.anonymous";

    private static final String DATA = "_data";
    private static final String FACTS = "volume.json";
    private static final String UNFINISHED = ".unfinished-";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path folder;
    private final Path users;
    /** Decided for a container that does not hold them yet: no prune may take them. */
    private final Set<String> promised = new HashSet<>();

    private boolean ready;

    record Facts(Map<String, String> labels, boolean anonymous, Instant created) {}

    @Inject
    public LocalVolumes(NodeConfig node) {
        this(node.root());
    }

    LocalVolumes(Path home) {
        folder = home.resolve("volumes");
        users = home.resolve("volume-users");
    }

    /** Others on the machine may pass through to what a container opened to them, and see no names (CVE-2021-41091). */
    private void prepare() throws IOException {
        if (ready) {
            return;
        }
        Files.createDirectories(folder);
        Files.createDirectories(users);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rwx------"));
        for (String left : names(folder)) {
            if (left.startsWith(UNFINISHED)) {
                delete(left);
            }
        }
        ready = true;
    }

    @Override
    public synchronized Volume create(String name, Map<String, String> labels) throws IOException {
        checkName(name);
        return create(name, labels, false);
    }

    @Override
    public synchronized Volume createAnonymous() throws IOException {
        return create(randomName(), Map.of(ANONYMOUS, ""), true);
    }

    /** Of the Engine API's {@code /volumes/create} without a name, where labels may be given. */
    synchronized Volume createUnnamed(Map<String, String> labels) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(labels);
        all.put(ANONYMOUS, "");
        return create(randomName(), all, true);
    }

    private static String randomName() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private Volume create(String name, Map<String, String> labels, boolean anonymous) throws IOException {
        prepare();
        Optional<Volume> there = find(name);
        if (there.isPresent()) {
            return there.get();
        }
        Path unfinished = folder.resolve(UNFINISHED + randomName());
        Files.createDirectory(unfinished);
        Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwx--x--x"));
        Files.createDirectory(unfinished.resolve(DATA));
        Files.setPosixFilePermissions(unfinished.resolve(DATA), PosixFilePermissions.fromString("rwxr-xr-x"));
        Facts facts = new Facts(labels, anonymous, Instant.now());
        Files.writeString(unfinished.resolve(FACTS), EngineJson.text(facts));
        Files.move(unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        return volume(name, facts);
    }

    private Volume volume(String name, Facts facts) {
        return new Volume(name, folder.resolve(name).resolve(DATA), facts.labels(), facts.anonymous(), facts.created());
    }

    private static void checkName(String name) throws MountException {
        if (name.length() == 1) {
            throw new MountException("volume name is too short, names should be at least two alphanumeric characters");
        }
        if (!isName(name)) {
            throw new MountException("create " + name + ": \"" + name
                    + "\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are "
                    + "allowed. If you intended to pass a host directory, use absolute path");
        }
    }

    private static boolean isName(String name) {
        return name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}");
    }

    @Override
    public Optional<Volume> find(String name) {
        if (!isName(name)) {
            return Optional.empty();
        }
        try {
            byte[] json = Files.readAllBytes(folder.resolve(name).resolve(FACTS));
            return Optional.of(volume(name, EngineJson.mapper().readValue(json, Facts.class)));
        } catch (NoSuchFileException notThere) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("volume " + name + " cannot be read", e);
        }
    }

    @Override
    public List<Volume> list() {
        try {
            return names(folder).stream()
                    .sorted()
                    .map(this::find)
                    .flatMap(Optional::stream)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("volumes cannot be listed", e);
        }
    }

    private static List<String> names(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    @Override
    public synchronized void remove(String name, boolean force) throws IOException {
        List<String> using = users(name);
        if (!using.isEmpty()) {
            throw new VolumeInUseException(name, using);
        }
        promised.remove(name);
        if (find(name).isPresent()) {
            String unfinished = UNFINISHED + randomName();
            Files.move(folder.resolve(name), folder.resolve(unfinished), StandardCopyOption.ATOMIC_MOVE);
            delete(unfinished);
        }
    }

    /** Whatever a container put there: links are removed and not followed. */
    private void delete(String entry) throws IOException {
        try (Fd at = Linux.openDirectory(folder)) {
            Directory.remove(at, ByteString.of(entry));
        }
    }

    /** The containers that use the volume. */
    synchronized List<String> users(String name) throws IOException {
        List<String> using = new ArrayList<>();
        for (String container : names(users)) {
            if (held(container).contains(name)) {
                using.add(container);
            }
        }
        return using;
    }

    synchronized boolean unused(String name) throws IOException {
        return !promised.contains(name) && users(name).isEmpty();
    }

    private List<String> held(String containerId) throws IOException {
        try {
            return Files.readAllLines(users.resolve(containerId));
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }

    @Override
    public synchronized List<MountPoint> decide(MountRequest request) throws IOException {
        prepare();
        Deciding deciding = new Deciding(this, request);
        try {
            List<MountPoint> decided = deciding.decide();
            deciding.made().forEach(volume -> promised.add(volume.name()));
            return decided;
        } catch (IOException | RuntimeException refused) {
            for (Volume volume : deciding.made()) {
                remove(volume.name(), true);
            }
            throw refused;
        }
    }

    @Override
    public synchronized void hold(String containerId, List<String> names) {
        try {
            prepare();
            names.forEach(promised::remove);
            if (!names.isEmpty()) {
                Path next = users.resolve(UNFINISHED + containerId);
                Files.write(next, names);
                Files.move(next, users.resolve(containerId), StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("volumes of container " + containerId + " cannot be held", e);
        }
    }

    @Override
    public synchronized void release(String containerId, boolean removeAnonymous) throws IOException {
        List<String> held = held(containerId);
        Files.deleteIfExists(users.resolve(containerId));
        if (removeAnonymous) {
            for (String name : held) {
                if (find(name).map(Volume::anonymous).orElse(false)
                        && users(name).isEmpty()) {
                    remove(name, true);
                }
            }
        }
    }

    @Override
    public void populate(Volume volume, Path root, String source) throws IOException {
        TreeCopy.intoEmpty(root, source, volume.data());
    }
}
