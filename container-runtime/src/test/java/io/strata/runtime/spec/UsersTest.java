package io.strata.runtime.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.runtime.spec.Users.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsersTest {
    @TempDir
    Path root;

    @BeforeEach
    void accounts() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(
                root.resolve("etc/passwd"),
                "# comment\n\nroot:x:0:0:root:/root:/bin/sh\nalice:x:1000:1001::/:\n1000x:x:7:7::/:\nbad:x:4294967296:0::/:\nodd:x:-1:0::/:\nshort:x\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\nstaff:x:50:bob,alice\nbig:x:4294967295:\n");
    }

    private User find(String text, String... groups) throws IOException {
        return new Users(new RootFiles(root)).find(text, List.of(groups));
    }

    @Test
    void namesNumbersAndDefaultsAreFoundAsDockerDoes() throws IOException {
        assertThat(find("")).isEqualTo(new User(0, 0, List.of(0L)));
        assertThat(find("alice")).isEqualTo(new User(1000, 1001, List.of(1001L, 50L)));
        assertThat(find("1000")).isEqualTo(new User(1000, 1001, List.of(1001L, 50L)));
        assertThat(find("alice:staff")).isEqualTo(new User(1000, 50, List.of(50L)));
        assertThat(find("1234")).isEqualTo(new User(1234, 0, List.of(0L)));
        assertThat(find("1234:99", "staff", "77")).isEqualTo(new User(1234, 99, List.of(99L, 50L, 77L)));
        assertThat(find(":staff")).isEqualTo(new User(0, 50, List.of(50L)));
    }

    @ParameterizedTest
    @CsvSource({
        "nobody, unable to find user nobody: no matching entries in passwd file",
        "alice:none, unable to find group none: no matching entries in group file",
        "short, unable to find user short: no matching entries in passwd file",
        "2147483648, uids and gids must be in range 0-2147483647",
        "4294967296, uids and gids must be in range 0-2147483647",
        "-1, uids and gids must be in range 0-2147483647",
        "bad, uids and gids must be in range 0-2147483647",
        "odd, uids and gids must be in range 0-2147483647",
        "0:big, uids and gids must be in range 0-2147483647"
    })
    void whatIsNotThereOrOutOfRangeIsRefused(String text, String message) {
        assertThatThrownBy(() -> find(text)).hasMessage(message);
    }

    @Test
    void aNewlineInANameMakesNoOtherAccount() {
        assertThatThrownBy(() -> find("x\nroot")).hasMessageContaining("unable to find user");
    }

    @Test
    void aRootWithoutFilesKnowsOnlyNumbers() throws IOException {
        Files.delete(root.resolve("etc/passwd"));
        Files.delete(root.resolve("etc/group"));
        assertThat(find("")).isEqualTo(new User(0, 0, List.of(0L)));
        assertThat(find("5:6")).isEqualTo(new User(5, 6, List.of(6L)));
        assertThatThrownBy(() -> find("root")).hasMessageContaining("no matching entries");
    }
}
