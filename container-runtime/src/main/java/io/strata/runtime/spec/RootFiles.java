package io.strata.runtime.spec;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.sys.Errno;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.FileIo;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.LinuxException;
import io.strata.runtime.errors.EngineException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads small files of a container's root, which may be hostile and may change meanwhile: links are followed within the
 * root, nothing that is not a regular file is opened, nothing large is read.
 */
final class RootFiles {
    /** A hundred thousand accounts. */
    private static final int MOST = 8 << 20;

    private final Path root;

    RootFiles(Path root) {
        this.root = root;
    }

    /**
     * @param path in the container
     * @return empty when it is not there
     * @throws EngineException.InvalidInput for what is not a regular file, or too large
     */
    Optional<String> read(String path) throws IOException {
        try (Fd directory = Linux.openResolved(
                        Fd.CWD, ByteString.of(root.toString()), Linux.O_PATH | Linux.O_DIRECTORY, 0, 0);
                // O_PATH opens nothing yet: opening a FIFO waits for its writer, a device acts
                Fd found = Linux.openResolved(
                        directory,
                        ByteString.of(path),
                        Linux.O_PATH,
                        0,
                        Linux.RESOLVE_IN_ROOT | Linux.RESOLVE_NO_MAGICLINKS)) {
            if (!Linux.stat(found).isRegular()) {
                throw new EngineException.InvalidInput("the container's " + path + " is not a regular file");
            }
            try (Fd file = Linux.open(Fd.CWD, ByteString.of(found.procPath()), Linux.O_RDONLY | Linux.O_NONBLOCK, 0)) {
                return Optional.of(content(path, file));
            }
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                return Optional.empty();
            }
            if (e.errno() == Errno.ELOOP) {
                throw new EngineException.InvalidInput("the container's " + path + " is a loop of symbolic links");
            }
            throw e;
        }
    }

    private static String content(String path, Fd file) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] part = new byte[64 * 1024];
        try (FileIo io = new FileIo(part.length)) {
            int count;
            while ((count = io.read(file, part, 0, part.length)) > 0) {
                content.write(part, 0, count);
                if (content.size() > MOST) {
                    throw new EngineException.InvalidInput(
                            "the container's " + path + " is larger than " + MOST + " bytes");
                }
            }
        }
        return content.toString(StandardCharsets.UTF_8);
    }
}
