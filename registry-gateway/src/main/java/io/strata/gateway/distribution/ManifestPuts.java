package io.strata.gateway.distribution;

import com.fasterxml.jackson.databind.JsonNode;
import io.strata.gateway.errors.OciError;
import io.strata.gateway.errors.RegistryException;
import io.strata.gateway.manifests.ManifestBytes;
import io.strata.gateway.manifests.ManifestContent;
import io.strata.gateway.manifests.Manifests;
import io.strata.gateway.names.Naming;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import io.strata.oci.InvalidManifestException;
import io.strata.oci.OciJson;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes manifests that clients put. */
@ApplicationScoped
class ManifestPuts {
    private final RepositoryBlobs blobs;
    private final Manifests manifests;
    private final Naming naming;

    ManifestPuts(RepositoryBlobs blobs, Manifests manifests, Naming naming) {
        this.blobs = blobs;
        this.manifests = manifests;
        this.naming = naming;
    }

    /** @param subject of the manifest, which the answer repeats */
    record Put(Digest digest, Optional<Digest> subject) {}

    /**
     * @param contentType as the client sent it; without one the body's {@code mediaType} counts
     * @throws RegistryException MANIFEST_TOO_LARGE, DIGEST_INVALID, MANIFEST_INVALID, MANIFEST_BLOB_UNKNOWN; nothing is changed
     */
    Put put(V2Name name, ImageReference reference, Optional<String> contentType, InputStream body) throws IOException {
        byte[] content = body.readNBytes(OciJson.MAX_MANIFEST_BYTES + 1);
        if (content.length > OciJson.MAX_MANIFEST_BYTES) {
            throw new RegistryException(
                    OciError.MANIFEST_TOO_LARGE,
                    "the manifest has more than " + OciJson.MAX_MANIFEST_BYTES + " bytes",
                    Map.of("limit", OciJson.MAX_MANIFEST_BYTES));
        }
        Digest digest = digest(reference, content);
        try {
            ManifestContent manifest = ManifestContent.parse(new ManifestBytes(
                    content, contentType.map(ManifestPuts::type).orElseGet(() -> said(content)), digest));
            requireParts(name, manifest);
            naming.push(reference, manifest);
            return new Put(digest, manifest.subject().map(Descriptor::digest));
        } catch (InvalidManifestException e) {
            throw new RegistryException(OciError.MANIFEST_INVALID, e.getMessage());
        }
    }

    private static Digest digest(ImageReference reference, byte[] content) {
        Digest found = Digest.of(reference.digest().map(Digest::algorithm).orElse(Digest.SHA256), content);
        if (reference.digest().filter(d -> !d.equals(found)).isPresent()) {
            throw new RegistryException(
                    OciError.DIGEST_INVALID,
                    "the manifest has the digest " + found,
                    Map.of("digest", reference.digest().get()));
        }
        return found;
    }

    private static String type(String contentType) {
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters)).trim();
    }

    private static String said(byte[] content) {
        return OciJson.read(content, JsonNode.class).path("mediaType").asText("");
    }

    private void requireParts(V2Name name, ManifestContent manifest) {
        List<Digest> missing = blobs.missing(
                name, manifest.blobs().stream().map(Descriptor::digest).toList());
        if (missing.isEmpty()) {
            missing = manifest.children().stream()
                    .map(Descriptor::digest)
                    .filter(d -> manifests.byDigest(name.key(), d).isEmpty())
                    .toList();
        }
        if (!missing.isEmpty()) {
            throw new RegistryException(
                    OciError.MANIFEST_BLOB_UNKNOWN,
                    "the manifest names what the repository does not have: " + missing.getFirst(),
                    Map.of("digests", missing));
        }
    }
}
