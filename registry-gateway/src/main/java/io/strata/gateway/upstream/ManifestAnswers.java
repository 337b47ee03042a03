package io.strata.gateway.upstream;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import io.strata.oci.InvalidManifestException;
import io.strata.oci.MediaTypes;
import io.strata.oci.OciJson;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Decides whether a registry's answer is the manifest that was asked for. */
final class ManifestAnswers {
    static final List<String> ACCEPTED = List.of(
            MediaTypes.OCI_INDEX, MediaTypes.DOCKER_MANIFEST_LIST, MediaTypes.OCI_MANIFEST, MediaTypes.DOCKER_MANIFEST);

    private ManifestAnswers() {}

    /** What tells the kinds of document apart (CVE-2021-41190). */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Shape(
            int schemaVersion,
            String mediaType,
            JsonNode config,
            JsonNode layers,
            JsonNode manifests,
            JsonNode fsLayers) {}

    /** @throws UpstreamException.Invalid when it is not */
    static UpstreamManifest check(RegistryCalls.Answer answer, ImageReference reference, Optional<Digest> wanted) {
        byte[] content = read(answer, reference);
        Optional<Digest> said = answer.header("Docker-Content-Digest").flatMap(Digest::tryParse);
        Digest digest = Digest.of(wanted.or(() -> said).map(Digest::algorithm).orElse(Digest.SHA256), content);
        for (Digest binding : List.of(wanted.orElse(digest), said.orElse(digest))) {
            if (binding.algorithm().equals(digest.algorithm()) && !binding.equals(digest)) {
                throw new UpstreamException.Invalid(
                        "manifest verification failed for digest " + binding + ": the registry sent " + digest);
            }
        }
        return new UpstreamManifest(digest, mediaType(answer, content, reference), content);
    }

    private static byte[] read(RegistryCalls.Answer answer, ImageReference reference) {
        try (InputStream body = answer.body()) {
            byte[] content = body.readNBytes(OciJson.MAX_MANIFEST_BYTES + 1);
            if (content.length > OciJson.MAX_MANIFEST_BYTES) {
                throw new UpstreamException.Invalid("the manifest of " + reference.familiar() + " has more than "
                        + OciJson.MAX_MANIFEST_BYTES + " bytes");
            }
            return content;
        } catch (IOException e) {
            throw new UpstreamException.Unreachable(
                    "the manifest of " + reference.familiar() + " was cut: " + e.getMessage(), e);
        }
    }

    private static String mediaType(RegistryCalls.Answer answer, byte[] content, ImageReference reference) {
        Shape shape;
        try {
            shape = OciJson.read(content, Shape.class);
        } catch (InvalidManifestException e) {
            throw invalid(reference, "it cannot be read: " + e.getMessage());
        }
        String header = answer.header("Content-Type")
                .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .orElse("");
        if (shape.schemaVersion() == 1
                || shape.fsLayers() != null
                || header.equals(MediaTypes.DOCKER_SCHEMA1)
                || header.equals(MediaTypes.DOCKER_SCHEMA1_SIGNED)) {
            throw invalid(
                    reference,
                    "it is of schema 1, which is not supported; its author has to publish the image as schema 2 or OCI");
        }
        String type = ACCEPTED.contains(header)
                ? header
                : Optional.ofNullable(shape.mediaType()).orElse(header);
        if (shape.schemaVersion() != 2 || !ACCEPTED.contains(type)) {
            throw invalid(reference, "media type \"" + type + "\" is neither a manifest's nor an index'");
        }
        if (shape.mediaType() != null && !shape.mediaType().equals(type)) {
            throw invalid(reference, "it was sent as " + type + " and says that it is " + shape.mediaType());
        }
        boolean asIndex = shape.manifests() != null;
        boolean asManifest = shape.layers() != null || shape.config() != null;
        if (asIndex == asManifest || asIndex != MediaTypes.isIndex(type)) {
            throw invalid(reference, "what is in it is not what " + type + " has");
        }
        return type;
    }

    private static UpstreamException invalid(ImageReference reference, String why) {
        return new UpstreamException.Invalid("the manifest of " + reference.familiar() + " is refused: " + why);
    }
}
