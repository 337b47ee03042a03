package io.strata.gateway.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.strata.gateway.manifests.Manifests;
import io.strata.gateway.names.Images;
import io.strata.gateway.names.LayerSizes;
import io.strata.gateway.names.StoredImage;
import io.strata.oci.Digest;
import io.strata.oci.History;
import io.strata.oci.ImageConfig;
import io.strata.oci.ImageReference;
import io.strata.oci.OciJson;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code docker image inspect}, in the members that the client's API version has. */
@ApplicationScoped
class ImageInspect {
    /** Go's zero time: the image was never tagged. */
    private static final String NEVER = "0001-01-01T00:00:00Z";

    /** A container's members that an image's Config has had until 1.50, with what they are in an image. */
    private static final Map<String, Object> OF_CONTAINERS = containersMembers();

    /** What an image's Config may have from 1.50 on. */
    private static final Set<String> OF_IMAGES = Set.of(
            "User",
            "ExposedPorts",
            "Env",
            "Entrypoint",
            "Cmd",
            "Volumes",
            "WorkingDir",
            "Labels",
            "StopSignal",
            "ArgsEscaped",
            "Healthcheck",
            "OnBuild",
            "Shell");

    private final Images images;
    private final Manifests manifests;
    private final LayerSizes sizes;

    ImageInspect(Images images, Manifests manifests, LayerSizes sizes) {
        this.images = images;
        this.manifests = manifests;
        this.sizes = sizes;
    }

    private static Map<String, Object> containersMembers() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("Hostname", "");
        members.put("Domainname", "");
        members.put("User", "");
        members.put("AttachStdin", false);
        members.put("AttachStdout", false);
        members.put("AttachStderr", false);
        members.put("Tty", false);
        members.put("OpenStdin", false);
        members.put("StdinOnce", false);
        members.put("Env", null);
        members.put("Cmd", null);
        members.put("Image", "");
        members.put("Volumes", null);
        members.put("WorkingDir", "");
        members.put("Entrypoint", null);
        members.put("OnBuild", null);
        members.put("Labels", null);
        return members;
    }

    Map<String, Object> of(String name, EngineVersion version) throws IOException {
        StoredImage image = images.resolve(name).image();
        ImageConfig config = image.content().config();
        // Members that this service has no use for (docker_version, container_config) are shown as they are.
        JsonNode raw = manifests
                .config(image.id())
                .map(c -> OciJson.read(c, JsonNode.class))
                .orElseGet(() -> com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode());
        long size = sizes.of(List.of(image.content())).size(image.content());
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("Id", image.id());
        answer.put("RepoTags", familiar(image.tags()));
        answer.put("RepoDigests", familiar(image.digests()));
        answer.put("Parent", image.parent().map(Digest::toString).orElse(""));
        answer.put("Comment", comment(raw, config));
        answer.put("Created", config.created() == null ? "" : config.created());
        if (version.before(45)) {
            answer.put("Container", raw.path("container").asText(""));
            answer.put("ContainerConfig", withContainersMembers(raw.path("container_config")));
        }
        answer.put("DockerVersion", raw.path("docker_version").asText(""));
        answer.put("Author", config.author() == null ? "" : config.author());
        answer.put("Config", version.before(50) ? withContainersMembers(raw.path("config")) : imageMembers(raw));
        answer.put("Architecture", config.architecture());
        putIfThere(answer, "Variant", config.variant());
        answer.put("Os", config.os());
        putIfThere(answer, "OsVersion", config.osVersion());
        answer.put("Size", size);
        if (version.before(44)) {
            answer.put("VirtualSize", size);
        }
        answer.put("GraphDriver", driver());
        answer.put("RootFS", rootFs(image));
        answer.put(
                "Metadata",
                Map.of("LastTagTime", image.lastTagged().map(Object::toString).orElse(NEVER)));
        return answer;
    }

    private static void putIfThere(Map<String, Object> answer, String name, String value) {
        if (value != null && !value.isEmpty()) {
            answer.put(name, value);
        }
    }

    private static List<String> familiar(List<ImageReference> names) {
        return names.stream().map(ImageReference::familiar).toList();
    }

    private static String comment(JsonNode raw, ImageConfig config) {
        String own = raw.path("comment").asText("");
        if (!own.isEmpty() || config.history() == null || config.history().isEmpty()) {
            return own;
        }
        return Optional.of(config.history().getLast()).map(History::comment).orElse("");
    }

    private static Map<String, Object> withContainersMembers(JsonNode config) {
        Map<String, Object> members = new LinkedHashMap<>(OF_CONTAINERS);
        config.properties().forEach(m -> members.put(m.getKey(), m.getValue()));
        return members;
    }

    private static Map<String, Object> imageMembers(JsonNode raw) {
        Map<String, Object> members = new LinkedHashMap<>();
        raw.path("config").properties().stream()
                .filter(m -> OF_IMAGES.contains(m.getKey()) && !isEmpty(m.getValue()))
                .forEach(m -> members.put(m.getKey(), m.getValue()));
        return members;
    }

    private static boolean isEmpty(JsonNode value) {
        return value.isNull()
                || value.isContainerNode() && value.isEmpty()
                || value.isTextual() && value.asText().isEmpty()
                || value.isBoolean() && !value.asBoolean();
    }

    private static Map<String, Object> driver() {
        Map<String, Object> driver = new LinkedHashMap<>();
        driver.put("Data", null);
        driver.put("Name", "overlayfs");
        return driver;
    }

    private static Map<String, Object> rootFs(StoredImage image) {
        return Map.of("Type", "layers", "Layers", image.content().diffIds());
    }
}
