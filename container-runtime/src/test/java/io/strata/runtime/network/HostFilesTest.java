package io.strata.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.runtime.network.NodeNetwork.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFilesTest {
    private static Names names(List<String> dns, List<String> search, List<String> options) {
        return new Names("web", "example.org", dns, search, options, List.of("db:10.0.0.5", "gw:host-gateway"));
    }

    private static final List<String> HOST =
            List.of("# by hand", "nameserver 127.0.0.53", "nameserver 192.0.2.53", "search a.example b.example");

    @Test
    void theNodesResolverIsTakenWithoutItsLoopback() throws NetworkException {
        assertThat(HostFiles.resolver(names(List.of(), List.of(), List.of()), HOST, false))
                .containsExactly("nameserver 192.0.2.53", "search a.example b.example");
        assertThat(HostFiles.resolver(names(List.of(), List.of(), List.of()), HOST, true))
                .startsWith("nameserver 127.0.0.53");
        assertThat(HostFiles.resolver(names(List.of(), List.of(), List.of()), List.of("nameserver ::1"), false))
                .containsExactly("nameserver 8.8.8.8", "nameserver 8.8.4.4");
    }

    @Test
    void whatTheUserSaysStandsInItsPlace() throws NetworkException {
        assertThat(HostFiles.resolver(names(List.of("9.9.9.9"), List.of("."), List.of("ndots:2")), HOST, false))
                .containsExactly("nameserver 9.9.9.9", "options ndots:2");
        assertThatThrownBy(() -> HostFiles.resolver(names(List.of("nine"), List.of(), List.of()), HOST, false))
                .isInstanceOf(NetworkException.class);
    }

    @Test
    void theHostsFileNamesTheContainerAndWhatWasAdded(@TempDir Path folder) throws IOException {
        new HostFiles(folder).write(names(List.of(), List.of(), List.of()), List.of("172.17.0.2"), "172.17.0.1");

        assertThat(Files.readAllLines(folder.resolve("hosts")))
                .startsWith("127.0.0.1\tlocalhost")
                .contains("10.0.0.5\tdb", "172.17.0.1\tgw")
                .endsWith("172.17.0.2\tweb.example.org web");
        assertThat(folder.resolve("hostname")).hasContent("web.example.org");
    }

    @Test
    void anAddedHostIsANameAndAnAddress() {
        assertThatThrownBy(() -> HostFiles.extra(List.of("x"), "")).hasMessage("bad format for add-host: \"x\"");
        assertThatThrownBy(() -> HostFiles.extra(List.of("x:y"), "")).hasMessage("invalid IP address: y");
        assertThatThrownBy(() -> HostFiles.extra(List.of("a\n1.2.3.4 b:1.2.3.4"), ""))
                .isInstanceOf(NetworkException.class);
        assertThatThrownBy(() -> HostFiles.extra(List.of("x:host-gateway"), "")).hasMessageContaining("host-gateway");
    }
}
