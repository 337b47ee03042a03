package io.strata.runtime.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.strata.runtime.errors.EngineException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class SeccompProfileTest {
    private static List<JsonNode> rules(JsonNode profile, String call) {
        return StreamSupport.stream(profile.path("syscalls").spliterator(), false)
                .filter(rule -> StreamSupport.stream(rule.path("names").spliterator(), false)
                        .anyMatch(name -> name.asText().equals(call)))
                .toList();
    }

    private static JsonNode builtin(String... capabilities) {
        return SeccompProfile.of(Optional.empty(), List.of(capabilities)).orElseThrow();
    }

    @Test
    void whatNeedsACapabilityIsAllowedOnlyWithIt() {
        assertThat(rules(builtin(), "mount")).isEmpty();
        assertThat(rules(builtin("CAP_SYS_ADMIN"), "mount")).hasSize(1);
        assertThat(rules(builtin(), "bpf")).isEmpty();
        assertThat(rules(builtin("CAP_BPF"), "bpf")).hasSize(1);
    }

    @Test
    void cloneMakesNoNamespacesWithoutSysAdminAndClone3IsNotThere() {
        JsonNode clone = rules(builtin(), "clone").getFirst();
        assertThat(clone.path("args").get(0).path("value").asLong()).isEqualTo(0x7E020000L);
        JsonNode clone3 = rules(builtin(), "clone3").getFirst();
        assertThat(clone3.path("action").asText()).isEqualTo("SCMP_ACT_ERRNO");
        assertThat(clone3.path("errnoRet").asInt()).isEqualTo(38);
        assertThat(rules(builtin("CAP_SYS_ADMIN"), "clone3")
                        .getFirst()
                        .path("action")
                        .asText())
                .isEqualTo("SCMP_ACT_ALLOW");
    }

    @Test
    void everythingElseIsRefusedWithEperm() {
        JsonNode profile = builtin();
        assertThat(profile.path("defaultAction").asText()).isEqualTo("SCMP_ACT_ERRNO");
        assertThat(profile.path("defaultErrnoRet").asInt()).isEqualTo(1);
        assertThat(rules(profile, "kexec_load")).isEmpty();
        assertThat(rules(profile, "keyctl")).isEmpty();
        assertThat(rules(profile, "openat2")).hasSize(1);
    }

    @Test
    void rulesOfOtherArchitecturesAreLeftOut() {
        JsonNode profile = SeccompProfile.compile(
                ConfigJson.JSON.valueToTree(Map.of(
                        "defaultAction",
                        "SCMP_ACT_ERRNO",
                        "archMap",
                        List.of(
                                Map.of(
                                        "architecture",
                                        "SCMP_ARCH_X86_64",
                                        "subArchitectures",
                                        List.of("SCMP_ARCH_X86")),
                                Map.of("architecture", "SCMP_ARCH_AARCH64")),
                        "syscalls",
                        List.of(
                                Map.of(
                                        "names",
                                        List.of("a"),
                                        "action",
                                        "SCMP_ACT_ALLOW",
                                        "includes",
                                        Map.of("arches", List.of("amd64"))),
                                Map.of(
                                        "names",
                                        List.of("b"),
                                        "action",
                                        "SCMP_ACT_ALLOW",
                                        "excludes",
                                        Map.of("arches", List.of("amd64")))))),
                "amd64",
                List.of());
        assertThat(profile.path("architectures")).hasToString("[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"]");
        assertThat(rules(profile, "a")).hasSize(1);
        assertThat(rules(profile, "b")).isEmpty();
    }

    @Test
    void aProfileOfTheUsersIsTakenAndABrokenOneRefused() {
        assertThat(SeccompProfile.of(Optional.of("unconfined"), List.of())).isEmpty();
        assertThat(SeccompProfile.of(Optional.of("{\"defaultAction\":\"SCMP_ACT_ALLOW\"}"), List.of())
                        .orElseThrow()
                        .path("defaultAction")
                        .asText())
                .isEqualTo("SCMP_ACT_ALLOW");
        assertThatThrownBy(() -> SeccompProfile.of(Optional.of("/profile.json"), List.of()))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageStartingWith("Decoding seccomp profile failed");
    }
}
