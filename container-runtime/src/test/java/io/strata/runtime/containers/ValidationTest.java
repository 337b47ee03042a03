package io.strata.runtime.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.runtime.errors.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidationTest {
    private static Config config(String json) {
        return ConfigMerge.merge(ConfigJson.read(json, Config.class), io.strata.oci.ContainerConfig.EMPTY);
    }

    private static final Config PLAIN = config("{\"Cmd\":[\"ls\"]}");

    @Test
    void aPlainContainerHasNoWarnings() {
        assertThat(Validation.check(PLAIN, ConfigJson.read("{}", HostConfig.class)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"RestartPolicy\":{\"Name\":\"sometimes\"}}|unknown policy 'sometimes'",
                "{\"RestartPolicy\":{\"Name\":\"always\",\"MaximumRetryCount\":2}}|maximum retry count",
                "{\"RestartPolicy\":{\"Name\":\"always\"},\"AutoRemove\":true}|can't create 'AutoRemove' container with restart policy",
                "{\"LogConfig\":{\"Type\":\"splunk\"}}|no log driver named 'splunk'",
                "{\"Runtime\":\"kata\"}|unknown or invalid runtime name: kata",
                "{\"ShmSize\":-1}|SHM size can not be less than 0",
                "{\"OomScoreAdj\":2000}|range for oom score adj",
                "{\"PidMode\":\"mine\"}|invalid PID mode: mine",
                "{\"IpcMode\":\"container:\"}|invalid IPC mode",
                "{\"UsernsMode\":\"keep-id\"}|invalid USER mode",
                "{\"PortBindings\":{\"80/foo\":[{\"HostPort\":\"1\"}]}}|invalid proto: foo",
                "{\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"99999\"}]}}|invalid port specification",
                "{\"NetworkMode\":\"container:x\",\"PublishAllPorts\":true}|port publishing and the container type network mode",
            })
    void whatCannotBeIsRefused(String host, String words) {
        assertThatThrownBy(() -> Validation.check(PLAIN, ConfigJson.read(host, HostConfig.class)))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"Cmd\":[\"ls\"],\"WorkingDir\":\"here\"}|needs to be an absolute path",
                "{\"Cmd\":[\"ls\"],\"Env\":[\"=x\"]}|invalid environment variable: =x",
                "{\"Cmd\":[\"ls\"],\"StopSignal\":\"SIGNOPE\"}|invalid signal: SIGNOPE",
                "{\"Cmd\":[\"ls\"],\"Hostname\":\"a b\"}|invalid hostname format",
                "{\"Cmd\":[\"ls\"],\"Healthcheck\":{\"Interval\":5}}|cannot be less than 1ms",
            })
    void whatCannotRunIsRefused(String json, String words) {
        Config config = config(json);
        assertThatThrownBy(() -> Validation.check(config, ConfigJson.read("{}", HostConfig.class)))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining(words);
    }

    @Test
    void portsOfAContainerOnTheHostsNetworkAreWarnedOf() {
        HostConfig host = ConfigJson.read(
                "{\"NetworkMode\":\"host\",\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"80\"}]}}", HostConfig.class);
        assertThat(Validation.check(PLAIN, host))
                .containsExactly("Published ports are discarded when using host network mode");
    }
}
