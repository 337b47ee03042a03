package io.strata.gateway.upstream;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.strata.gateway.manifests.ManifestBytes;
import io.strata.gateway.manifests.ManifestContent;
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

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Typed(String mediaType) {}

    /** @throws UpstreamException.Invalid when it is not */
    static UpstreamManifest check(RegistryCalls.Answer answer, ImageReference reference) {
        byte[] content = read(answer, reference);
        Optional<Digest> said = answer.header("Docker-Content-Digest").flatMap(Digest::tryParse);
        Optional<Digest> pinned = reference.digest();
        String algorithm = pinned.or(() -> said).map(Digest::algorithm).orElse(Digest.SHA256);
        Digest digest = Digest.of(algorithm, content);
        for (Digest binding : List.of(pinned.orElse(digest), said.orElse(digest))) {
            if (binding.algorithm().equals(algorithm) && !binding.equals(digest)) {
                throw new UpstreamException.Invalid(
                        "manifest verification failed for digest " + binding + ": the registry sent " + digest);
            }
        }
        String header = answer.header("Content-Type")
                .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .orElse("");
        try {
            String type = header.endsWith("/octet-stream") || header.endsWith("/json") || header.isEmpty()
                    ? Optional.ofNullable(OciJson.read(content, Typed.class).mediaType())
                            .orElse(header)
                    : header;
            ManifestContent.parse(new ManifestBytes(content, type, digest));
            return new UpstreamManifest(digest, type, content);
        } catch (InvalidManifestException e) {
            throw new UpstreamException.Invalid(
                    "the manifest of " + reference.familiar() + " is refused: " + e.getMessage(), e);
        }
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
}
