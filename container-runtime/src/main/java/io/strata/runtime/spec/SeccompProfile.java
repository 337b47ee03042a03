package io.strata.runtime.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.strata.runtime.errors.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A seccomp profile in Docker's form ({@code archMap}, rules with {@code includes} and {@code excludes}) made into the
 * runtime-spec's for one architecture and set of capabilities.
 */
final class SeccompProfile {
    /** Go's names of architectures, as the profile has them, and the kernel's. */
    private static final Map<String, String> SELF = Map.of(
            "amd64", "SCMP_ARCH_X86_64",
            "arm64", "SCMP_ARCH_AARCH64",
            "riscv64", "SCMP_ARCH_RISCV64",
            "s390x", "SCMP_ARCH_S390X");

    private static final JsonNode DEFAULT = resource();

    private SeccompProfile() {}

    private static JsonNode resource() {
        try (InputStream json = SeccompProfile.class.getResourceAsStream("seccomp-default.json")) {
            return ConfigJson.JSON.readTree(json);
        } catch (IOException e) {
            throw new IllegalStateException("the default seccomp profile cannot be read", e);
        }
    }

    /**
     * @param option {@code seccomp=} of {@code --security-opt}
     * @return empty for none
     * @throws EngineException.InvalidInput for a profile that is not one
     */
    static Optional<ObjectNode> of(Optional<String> option, Collection<String> capabilities) {
        String asked = option.orElse("builtin");
        return switch (asked) {
            case "unconfined" -> Optional.empty();
            case "builtin", "" -> Optional.of(compile(DEFAULT, architecture(), capabilities));
            default -> Optional.of(compile(parse(asked), architecture(), capabilities));
        };
    }

    private static JsonNode parse(String json) {
        try {
            JsonNode profile = ConfigJson.JSON.readTree(json);
            if (!profile.isObject() || !profile.path("defaultAction").isTextual()) {
                throw new EngineException.InvalidInput(
                        "Decoding seccomp profile failed: it is no object with a defaultAction");
            }
            return profile;
        } catch (JsonProcessingException e) {
            throw new EngineException.InvalidInput("Decoding seccomp profile failed: " + e.getOriginalMessage());
        }
    }

    private static String architecture() {
        String name = System.getProperty("os.arch");
        return name.equals("aarch64") ? "arm64" : name;
    }

    static ObjectNode compile(JsonNode profile, String architecture, Collection<String> capabilities) {
        ObjectNode result = ConfigJson.JSON.createObjectNode();
        result.set("defaultAction", profile.get("defaultAction"));
        if (profile.has("defaultErrnoRet")) {
            result.set("defaultErrnoRet", profile.get("defaultErrnoRet"));
        }
        result.set("architectures", architectures(profile, architecture));
        ArrayNode rules = result.putArray("syscalls");
        for (JsonNode rule : profile.path("syscalls")) {
            if (applies(rule, architecture, capabilities)) {
                rules.add(rule(rule));
            }
        }
        return result;
    }

    private static JsonNode architectures(JsonNode profile, String architecture) {
        ArrayNode names = ConfigJson.JSON.createArrayNode();
        if (profile.path("architectures").isArray()) {
            names.addAll((ArrayNode) profile.get("architectures"));
        }
        for (JsonNode entry : profile.path("archMap")) {
            if (entry.path("architecture").asText().equals(SELF.get(architecture))) {
                names.add(entry.get("architecture"));
                entry.path("subArchitectures").forEach(names::add);
            }
        }
        return names;
    }

    private static boolean applies(JsonNode rule, String architecture, Collection<String> capabilities) {
        JsonNode excludes = rule.path("excludes");
        JsonNode includes = rule.path("includes");
        boolean excluded = contains(excludes.path("arches"), architecture)
                || texts(excludes.path("caps")).anyMatch(capabilities::contains);
        boolean included = (includes.path("arches").isEmpty() || contains(includes.path("arches"), architecture))
                && texts(includes.path("caps")).allMatch(capabilities::contains);
        return !excluded && included;
    }

    private static boolean contains(JsonNode names, String name) {
        return texts(names).anyMatch(name::equals);
    }

    private static Stream<String> texts(JsonNode names) {
        return StreamSupport.stream(names.spliterator(), false).map(JsonNode::asText);
    }

    private static ObjectNode rule(JsonNode rule) {
        ObjectNode result = ConfigJson.JSON.createObjectNode();
        if (rule.has("name")) {
            result.putArray("names").add(rule.get("name"));
        } else {
            result.set("names", rule.path("names"));
        }
        for (String member : new String[] {"action", "errnoRet", "args"}) {
            if (rule.hasNonNull(member)
                    && !(rule.get(member).isArray() && rule.get(member).isEmpty())) {
                result.set(member, rule.get(member));
            }
        }
        return result;
    }
}
