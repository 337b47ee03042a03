package io.strata.commit.engine;

import io.strata.commit.commits.CommitRequest;
import io.strata.commit.errors.CommitException.InvalidInput;
import io.strata.commit.image.Changes;
import io.strata.commit.registry.Registry;
import io.strata.oci.ContainerConfig;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import io.strata.oci.OciJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A {@code POST /commit} as it came, to be checked before anything is begun. */
record CommitCall(
        String node,
        String containerId,
        String parent,
        String repo,
        String tag,
        String author,
        String comment,
        String pause,
        List<String> changes,
        byte[] body) {
    private static final Pattern CONTAINER_ID = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern NODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    /** As moby's {@code httputils.BoolValue} reads a parameter. */
    private static final Set<String> FALSE = Set.of("", "0", "no", "false", "none");

    private static final int MAX_TEXT = 64 << 10;
    private static final int MAX_BODY = 1 << 20;

    /** @throws InvalidInput or InvalidReferenceException with Docker's words */
    CommitRequest request() {
        if (node == null || !NODE.matcher(node).matches()) {
            throw new InvalidInput("node: the name of the container's node is needed");
        }
        if (containerId == null || !CONTAINER_ID.matcher(containerId).matches()) {
            throw new InvalidInput("containerId: the container's id of 64 hexadecimal digits is needed");
        }
        Digest image = Digest.tryParse(parent)
                .orElseThrow(() -> new InvalidInput("parent: the id of the container's image is needed"));
        List<String> lines = changes == null ? List.of() : changes;
        if (lines.stream().mapToInt(String::length).sum() > MAX_TEXT) {
            throw new InvalidInput("changes: more than " + MAX_TEXT + " characters");
        }
        Changes.parse(lines).check();
        return new CommitRequest(
                containerId,
                node,
                image,
                name(),
                text("author", author),
                text("comment", comment),
                !FALSE.contains(pause.strip().toLowerCase(Locale.ROOT)),
                lines,
                config());
    }

    private Optional<Registry.Name> name() {
        if (repo.isEmpty()) {
            return Optional.empty();
        }
        if (repo.indexOf('@') >= 0) {
            throw new InvalidInput("cannot import digest reference");
        }
        ImageReference name = ImageReference.ofRepository(
                repo, tag.isEmpty() ? Optional.empty() : Optional.of(tag), Optional.empty());
        return Optional.of(new Registry.Name(name.repository(), name.tag().orElse(ImageReference.DEFAULT_TAG)));
    }

    private static String text(String name, String text) {
        if (text.length() > MAX_TEXT || text.indexOf('\0') >= 0) {
            throw new InvalidInput(name + ": at most " + MAX_TEXT + " characters, none of them NUL");
        }
        return text;
    }

    private Optional<ContainerConfig> config() {
        if (body == null || body.length == 0) {
            return Optional.empty();
        }
        if (body.length > MAX_BODY) {
            throw new InvalidInput("the configuration in the body has more than " + MAX_BODY + " bytes");
        }
        String text = new String(body, StandardCharsets.UTF_8).strip();
        return text.isEmpty() || text.equals("null")
                ? Optional.empty()
                : Optional.of(OciJson.read(body, ContainerConfig.class));
    }
}
