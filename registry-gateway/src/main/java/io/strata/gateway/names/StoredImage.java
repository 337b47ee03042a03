package io.strata.gateway.names;

import io.strata.gateway.manifests.ImageContent;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An image of the cluster, with everything that it is called.
 *
 * @param manifest   digest of the image's own manifest
 * @param tags       names with a tag, sorted
 * @param digests    names with a digest, as their registries know it ({@code RepoDigests})
 * @param parent     the image that it was committed from, where that is known
 * @param lastTagged when a name was last pointed at it
 */
public record StoredImage(
        ImageContent content,
        Digest manifest,
        List<ImageReference> tags,
        List<ImageReference> digests,
        Optional<Digest> parent,
        Optional<Instant> lastTagged) {
    public Digest id() {
        return content.id();
    }

    public boolean isDangling() {
        return tags.isEmpty();
    }

    /** What Docker calls references: tags and digests. */
    public List<ImageReference> references() {
        return java.util.stream.Stream.concat(tags.stream(), digests.stream()).toList();
    }
}
