package io.strata.local;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's programs, as zonky packs them for each platform, unpacked once into the user's cache and found there the
 * next time. The folder's name holds the archive's digest, so another version is another folder.
 */
final class PostgresBinaries {
    private final Path folder;

    private PostgresBinaries(Path folder) {
        this.folder = folder;
    }

    static PostgresBinaries unpacked() throws IOException {
        String resource = "/postgres-linux-" + architecture() + ".txz";
        Path folder = cache().resolve("postgres-" + digest(resource));
        if (Files.notExists(folder)) {
            Files.createDirectories(folder.getParent());
            Path unpacking = Files.createTempDirectory(folder.getParent(), "postgres-unpacking-");
            unpack(resource, unpacking);
            try {
                Files.move(unpacking, folder, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException another) {
                remove(unpacking);
                if (Files.notExists(folder)) {
                    throw another;
                }
            }
        }
        return new PostgresBinaries(folder);
    }

    String program(String name) {
        return folder.resolve("bin").resolve(name).toString();
    }

    private static Path cache() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return base.resolve("strata");
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch").toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            case String other -> throw new PartException("there is no embedded PostgreSQL for " + other);
        };
    }

    private static InputStream open(String resource) {
        InputStream in = PostgresBinaries.class.getResourceAsStream(resource);
        if (in == null) {
            throw new PartException("PostgreSQL's archive " + resource + " is not on the class path");
        }
        return in;
    }

    private static String digest(String resource) throws IOException {
        try (InputStream in = open(resource)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(sha256.digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is required of every Java platform", e);
        }
    }

    private static void unpack(String resource, Path into) throws IOException {
        try (InputStream in = open(resource);
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(in)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = into.resolve(entry.getName()).normalize();
                if (!path.startsWith(into)) {
                    throw new PartException(resource + " has an entry outside itself: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(path.getParent());
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(path.getParent());
                    Files.copy(tar, path);
                    Files.setPosixFilePermissions(path, permissions(entry.getMode()));
                }
            }
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> to = new HashSet<>(PosixFilePermissions.fromString("rw-r--r--"));
        if ((mode & 0111) != 0) {
            to.addAll(PosixFilePermissions.fromString("--x--x--x"));
        }
        return to;
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
