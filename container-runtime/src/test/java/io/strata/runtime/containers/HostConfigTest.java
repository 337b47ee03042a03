package io.strata.runtime.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.strata.runtime.routing.EngineJson;
import org.junit.jupiter.api.Test;

class HostConfigTest {
    private static HostConfig read(String json) {
        return ConfigJson.read(json, HostConfig.class);
    }

    @Test
    void defaultsAreThoseThatDockerShows() {
        JsonNode shown = EngineJson.tree(ConfigJson.write(read("{}")));
        assertThat(shown.path("NetworkMode").asText()).isEqualTo("default");
        assertThat(shown.path("LogConfig").path("Type").asText()).isEqualTo("json-file");
        assertThat(shown.path("RestartPolicy").path("Name").asText()).isEqualTo("no");
        assertThat(shown.path("ShmSize").asLong()).isEqualTo(64L << 20);
        assertThat(shown.path("IpcMode").asText()).isEqualTo("private");
        assertThat(shown.path("Runtime").asText()).isEqualTo("runc");
        assertThat(shown.path("MaskedPaths")).anyMatch(path -> path.asText().equals("/proc/kcore"));
        assertThat(shown.path("Binds").isNull()).isTrue();
        assertThat(shown.has("Mounts")).isFalse();
        assertThat(shown.has("Init")).isFalse();
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        HostConfig host = read("""
                {"Binds":["/a:/b:ro"],"PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"8080"}]},"Memory":67108864,
                 "Ulimits":[{"Name":"nofile","Soft":10,"Hard":20}],"MemorySwappiness":-1,"Init":true,"ConsoleSize":[24,80],
                 "Mounts":[{"Type":"volume","Target":"/v","VolumeOptions":{"NoCopy":true}}]}""");
        assertThat(read(ConfigJson.write(host))).isEqualTo(host);
    }

    @Test
    void aPrivilegedContainerMasksNothing() {
        assertThat(read("{\"Privileged\":true}").maskedPaths()).isNull();
        assertThat(read("{\"MaskedPaths\":[]}").maskedPaths()).isEmpty();
    }

    @Test
    void anUpdateChangesWhatItSays() {
        HostConfig before = read("{\"Memory\":100000000,\"CpuShares\":5}");
        HostConfig after = Updates.changed(before, EngineJson.tree("""
                        {"Memory":0,"CpuShares":10,"CpusetCpus":"","Binds":["/:/host"],
                         "RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3}}"""));
        assertThat(after.memory()).isEqualTo(100_000_000L);
        assertThat(after.cpuShares()).isEqualTo(10);
        assertThat(after.binds()).isNull();
        assertThat(after.restartPolicy()).isEqualTo(new RestartPolicy("on-failure", 3));
    }
}
