package io.strata.runtime.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.oci.ContainerConfig;
import io.strata.runtime.errors.EngineException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigMergeTest {
    private static final ContainerConfig IMAGE = new ContainerConfig(
            "tomcat",
            Map.of("8080/tcp", Map.of()),
            List.of("PATH=/bin", "JAVA=21"),
            List.of("/entry.sh"),
            List.of("catalina.sh", "run"),
            Map.of("Test", List.of("CMD", "true"), "Interval", 5_000_000_000L),
            Map.of("/data", Map.of()),
            "/usr/local/tomcat",
            Map.of("from", "image", "kept", "yes"),
            "SIGINT",
            null,
            null,
            null);

    private static Config user(String json) {
        return ConfigJson.read(json, Config.class);
    }

    @Test
    void whatTheUserDoesNotSayIsTheImages() {
        Config merged = ConfigMerge.merge(user("{}"), IMAGE);
        assertThat(merged.user()).isEqualTo("tomcat");
        assertThat(merged.entrypoint()).containsExactly("/entry.sh");
        assertThat(merged.cmd()).containsExactly("catalina.sh", "run");
        assertThat(merged.workingDir()).isEqualTo("/usr/local/tomcat");
        assertThat(merged.stopSignal()).isEqualTo("SIGINT");
        assertThat(merged.exposedPorts()).containsKey("8080/tcp");
        assertThat(merged.volumes()).containsKey("/data");
        assertThat(merged.healthcheck().interval()).isEqualTo(5_000_000_000L);
    }

    @Test
    void aCommandReplacesTheImagesAndKeepsItsEntrypoint() {
        Config merged = ConfigMerge.merge(user("{\"Cmd\":[\"ls\"]}"), IMAGE);
        assertThat(merged.entrypoint()).containsExactly("/entry.sh");
        assertThat(merged.cmd()).containsExactly("ls");
    }

    @Test
    void anEntrypointDropsTheImagesCommand() {
        Config merged = ConfigMerge.merge(user("{\"Entrypoint\":[\"/bin/sh\"]}"), IMAGE);
        assertThat(merged.entrypoint()).containsExactly("/bin/sh");
        assertThat(merged.cmd()).isNull();
    }

    @Test
    void anEmptyEntrypointIsNone() {
        Config merged = ConfigMerge.merge(user("{\"Entrypoint\":[\"\"],\"Cmd\":[\"ls\"]}"), IMAGE);
        assertThat(merged.entrypoint()).isNull();
        assertThat(merged.cmd()).containsExactly("ls");
    }

    @Test
    void variablesMergeByNameAndLabelsAsAUnion() {
        Config merged =
                ConfigMerge.merge(user("{\"Env\":[\"JAVA=25\",\"A=b\"],\"Labels\":{\"from\":\"user\"}}"), IMAGE);
        assertThat(merged.env()).containsExactly("JAVA=25", "A=b", "PATH=/bin");
        assertThat(merged.labels()).containsEntry("from", "user").containsEntry("kept", "yes");
    }

    @Test
    void aHealthcheckWithoutATestTakesTheImagesTest() {
        Config merged = ConfigMerge.merge(user("{\"Healthcheck\":{\"Retries\":7}}"), IMAGE);
        assertThat(merged.healthcheck().test()).containsExactly("CMD", "true");
        assertThat(merged.healthcheck().retries()).isEqualTo(7);
    }

    @Test
    void nothingToRunIsRefused() {
        assertThatThrownBy(() -> ConfigMerge.merge(user("{}"), ContainerConfig.EMPTY))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessage("no command specified");
    }

    @Test
    void aCommandMayBeOneString() {
        assertThat(user("{\"Cmd\":\"ls\"}").cmd()).containsExactly("ls");
    }
}
