package io.strata.layerfs.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.strata.layerfs.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxTest {
    @TempDir
    Path folder;

    private Fd directory;

    @BeforeEach
    void open() throws IOException {
        directory = Linux.openDirectory(folder);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    private static ByteString name(String text) {
        return ByteString.of(text);
    }

    @Test
    void aFileIsMadeWrittenAndDescribed() throws IOException {
        try (Fd file = Linux.open(
                        directory, name("f"), Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL | Linux.O_NOFOLLOW, 0600);
                FileIo io = new FileIo(3)) {
            io.write(file, "0123456789".getBytes(), 1, 8);
            Linux.chmod(file, 0750);
            Linux.setTimes(file, 1_234_567_890L, 987_654_321);
        }
        Stat stat = Linux.stat(directory, name("f"));
        assertThat(Files.readString(folder.resolve("f"))).isEqualTo("12345678");
        assertThat(stat.isRegular()).isTrue();
        assertThat(stat.permissions()).isEqualTo(0750);
        assertThat(stat.size()).isEqualTo(8);
        assertThat(stat.nlink()).isEqualTo(1);
        assertThat(stat.mtimeSeconds()).isEqualTo(1_234_567_890L);
        assertThat(stat.mtimeNanos()).isEqualTo(987_654_321);
        assertThat(stat.ino()).isEqualTo(Files.getAttribute(folder.resolve("f"), "unix:ino"));
        assertThat(Linux.statIfThere(directory, name("g"))).isEmpty();
    }

    @Test
    void anErrorSaysTheCallThePathAndTheNumber() {
        LinuxException e = catchThrowableOfType(
                LinuxException.class, () -> Linux.open(directory, name("nothing"), Linux.O_RDONLY, 0));
        assertThat(e.errno()).isEqualTo(Errno.ENOENT);
        assertThat(e.path()).isEqualTo("nothing");
        assertThat(e).hasMessage("openat nothing: No such file or directory (errno 2)");
    }

    @Test
    void namesThatAreNotTextAreListedAsTheyAre() throws IOException {
        ByteString odd = ByteString.copyOf(new byte[] {(byte) 0xFF, (byte) 0x80, 'x'});
        Linux.makeDirectory(directory, odd, 0700);
        Linux.makeSymlink(odd, directory, name("link"));
        assertThat(Directory.names(directory)).containsExactlyInAnyOrder(odd, name("link"));
        assertThat(Linux.readLink(directory, name("link"))).isEqualTo(odd);
        assertThat(odd).hasToString("\\xff\\x80x");
    }

    @Test
    void aResolvedOpenStaysBelowItsDirectory() throws IOException {
        Files.createDirectories(folder.resolve("root/etc"));
        Files.createSymbolicLink(folder.resolve("root/out"), folder);
        Files.createSymbolicLink(folder.resolve("root/abs"), Path.of("/etc"));
        try (Fd root = Linux.openDirectory(folder.resolve("root"))) {
            assertErrno(
                    Errno.EXDEV,
                    () -> Linux.openResolved(root, name("../root"), Linux.O_PATH, 0, Linux.RESOLVE_BENEATH));
            assertErrno(
                    Errno.ELOOP,
                    () -> Linux.openResolved(root, name("out/root"), Linux.O_PATH, 0, Linux.RESOLVE_NO_SYMLINKS));
            try (Fd inside = Linux.openResolved(root, name("abs"), Linux.O_PATH, 0, Linux.RESOLVE_IN_ROOT)) {
                assertThat(Linux.stat(inside).sameFile(Linux.stat(root, name("etc"))))
                        .isTrue();
            }
        }
    }

    private static void assertErrno(int errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LinuxException.class, e -> assertThat(e.errno())
                .isEqualTo(errno));
    }

    @Test
    void attributesKeepEveryByteAlsoOfSymbolicLinksAndOfLongValues() throws IOException {
        byte[] value = new byte[300];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) i;
        }
        Files.createFile(folder.resolve("f"));
        try (Fd file = Linux.open(directory, name("f"), Linux.O_RDONLY, 0)) {
            Xattrs.set(file, name("user.long"), value);
            Xattrs.set(directory, name("f"), name("user.empty"), new byte[0]);
            assertThat(Xattrs.get(directory, name("f"), name("user.long"))).hasValue(value);
            assertThat(Xattrs.get(file, name("user.empty"))).hasValue(new byte[0]);
            assertThat(Xattrs.list(file)).contains(name("user.long"), name("user.empty"));
            Xattrs.remove(file, name("user.long"));
            Xattrs.remove(file, name("user.long"));
            assertThat(Xattrs.get(folder.resolve("f"), name("user.long"))).isEmpty();
        }
    }

    @Test
    void aTreeIsRemovedWithoutFollowingItsLinks() throws IOException {
        Files.createDirectories(folder.resolve("kept/deep"));
        Files.createDirectories(folder.resolve("gone/a/b"));
        Files.createSymbolicLink(folder.resolve("gone/a/link"), folder.resolve("kept"));
        Directory.remove(directory, name("gone"));
        assertThat(folder.resolve("gone")).doesNotExist();
        assertThat(folder.resolve("kept/deep")).exists();
    }

    @Test
    void aLockIsHeldByOneDescriptor() throws IOException {
        Files.createFile(folder.resolve("lock"));
        try (Fd second = Linux.open(directory, name("lock"), Linux.O_RDWR, 0)) {
            try (Fd first = Linux.open(directory, name("lock"), Linux.O_RDWR, 0)) {
                assertThat(FileIo.tryLock(first)).isTrue();
                assertThat(FileIo.tryLock(second)).isFalse();
            }
            assertThat(FileIo.tryLock(second)).isTrue();
        }
    }

    @Test
    void renameNewRefusesToReplace() throws IOException {
        Files.createFile(folder.resolve("a"));
        Files.createFile(folder.resolve("b"));
        assertErrno(Errno.EEXIST, () -> Linux.renameNew(directory, name("a"), directory, name("b")));
        Linux.rename(directory, name("a"), directory, name("b"));
        assertThat(folder.resolve("a")).doesNotExist();
    }
}
