package io.strata.runtime.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.runtime.spec.ContainerSpec.Ulimit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityOptionsTest {
    @Test
    void optionsAreRead() {
        SecurityOptions options = SecurityOptions.of(List.of(
                "no-new-privileges",
                "seccomp=unconfined",
                "apparmor=x",
                "label=disable",
                "systempaths=unconfined",
                "writable-cgroups=false"));
        assertThat(options)
                .isEqualTo(new SecurityOptions(
                        true, Optional.of("unconfined"), Optional.of("x"), Optional.of(false), true));
        assertThat(SecurityOptions.of(List.of("no-new-privileges:false")).noNewPrivileges())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "unknown=x", "no-new-privileges=maybe", "systempaths=x"})
    void othersAreRefused(String option) {
        assertThatThrownBy(() -> SecurityOptions.of(List.of(option))).hasMessageContaining("invalid --security-opt");
    }

    @Test
    void resourcesThatCannotBeAreRefusedWithDockersWords() {
        assertThatThrownBy(() -> resources(32 << 20, 16 << 20, 0, 0, 0).check())
                .hasMessageContaining("Minimum memoryswap limit should be larger than memory limit");
        assertThatThrownBy(() -> resources(0, 16 << 20, 0, 0, 0).check())
                .hasMessageContaining("always set the Memory limit when using Memoryswap");
        assertThatThrownBy(() -> resources(0, 0, 1_000_000, 50_000, 0).check())
                .hasMessage("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        assertThatThrownBy(() -> resources(0, 0, Long.MAX_VALUE, 0, 0).check()).hasMessageContaining("range of CPUs");
        assertThatThrownBy(() -> resources(0, 0, 0, 0, 5).check())
                .hasMessage("Range of blkio weight is from 10 to 1000");
    }

    private static Resources resources(long memory, long swap, long nanoCpus, long quota, int weight) {
        return new Resources(memory, swap, 0, -1, false, nanoCpus, 0, quota, 0, "", "", 0, weight, List.of());
    }

    @Test
    void ulimitsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> Ulimit.check(List.of(new Ulimit("files", 1, 1))))
                .hasMessage("invalid ulimit type: files");
        assertThatThrownBy(() -> Ulimit.check(List.of(new Ulimit("nofile", 2, 1))))
                .hasMessage("ulimit soft limit must be less than or equal to hard limit: 2 > 1");
    }
}
