package io.strata.runtime.containers;

import io.strata.runtime.node.NodeConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code containers/<id>} of the node: bundle, log, and the container's own {@code /etc} files. A folder is made before the
 * container's row and removed after it, so a folder without a row is a leftover.
 */
@ApplicationScoped
public class ContainerFolders {
    private final Path root;

    ContainerFolders(NodeConfig node) {
        this.root = node.root().resolve("containers");
    }

    public Path of(String id) {
        return root.resolve(id);
    }

    void create(String id) throws IOException {
        Files.createDirectories(root);
        Files.createDirectory(
                of(id), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x---")));
    }

    List<String> ids() throws IOException {
        List<String> ids = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
            for (Path folder : folders) {
                if (folder.getFileName().toString().matches("[0-9a-f]{64}")) {
                    ids.add(folder.getFileName().toString());
                }
            }
        } catch (NoSuchFileException noneYet) {
            return List.of();
        }
        return ids;
    }

    /** Symbolic links in it are removed, not followed. */
    void remove(String id) throws IOException {
        Path folder = of(id);
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
