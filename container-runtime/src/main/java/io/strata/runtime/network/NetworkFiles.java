package io.strata.runtime.network;

import io.strata.runtime.routing.EngineJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The networks' state in the node's home: one small JSON file for each network, each connected container, and each
 * container about which {@code docker network connect} said something. A file is replaced whole.
 */
final class NetworkFiles {
    private static final String SUFFIX = ".json";

    private final Path networks;
    private final Path connections;
    private final Path wishes;

    NetworkFiles(Path folder) throws IOException {
        networks = Files.createDirectories(folder.resolve("networks"));
        connections = Files.createDirectories(folder.resolve("containers"));
        wishes = Files.createDirectories(folder.resolve("wishes"));
    }

    List<Network> networks() throws IOException {
        return all(networks, Network.class);
    }

    void write(Network network) throws IOException {
        write(networks, network.id(), network);
    }

    void deleteNetwork(String id) throws IOException {
        Files.deleteIfExists(file(networks, id));
    }

    List<Connection> connections() throws IOException {
        return all(connections, Connection.class);
    }

    Optional<Connection> connection(String containerId) throws IOException {
        return read(file(connections, containerId), Connection.class);
    }

    void write(Connection connection) throws IOException {
        write(connections, connection.containerId(), connection);
    }

    void deleteConnection(String containerId) throws IOException {
        Files.deleteIfExists(file(connections, containerId));
    }

    Wishes wishes(String containerId) throws IOException {
        return read(file(wishes, containerId), Wishes.class).orElse(Wishes.NONE);
    }

    void write(String containerId, Wishes said) throws IOException {
        write(wishes, containerId, said);
    }

    void deleteWishes(String containerId) throws IOException {
        Files.deleteIfExists(file(wishes, containerId));
    }

    private static Path file(Path folder, String id) {
        if (!id.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]*")) {
            throw new IllegalArgumentException("not an id: " + id);
        }
        return folder.resolve(id + SUFFIX);
    }

    private static void write(Path folder, String id, Object value) throws IOException {
        Path file = file(folder, id);
        Path next = Files.createTempFile(folder, id, ".new");
        Files.writeString(next, EngineJson.text(value));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static <T> Optional<T> read(Path file, Class<T> type) throws IOException {
        try {
            return Optional.of(EngineJson.mapper().readValue(Files.readAllBytes(file), type));
        } catch (NoSuchFileException notThere) {
            return Optional.empty();
        }
    }

    private static <T> List<T> all(Path folder, Class<T> type) throws IOException {
        List<Path> files;
        try (Stream<Path> list = Files.list(folder)) {
            files = list.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
        List<T> found = new ArrayList<>();
        for (Path file : files) {
            read(file, type).ifPresent(found::add);
        }
        return found;
    }
}
