package io.strata.runtime.images;

import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import io.strata.oci.InvalidReferenceException;
import io.strata.oci.Platform;
import io.strata.runtime.errors.EngineException;
import java.util.Optional;

/**
 * What {@code docker pull} asks for.
 *
 * @param reference has a tag or a digest
 * @param platform {@code os[/arch[/variant]]}; empty for this machine's
 * @param auth the {@code X-Registry-Auth} header as it came
 */
record PullRequest(ImageReference reference, Optional<String> platform, Optional<String> auth) {
    /**
     * @param fromImage a name, perhaps with a tag or digest
     * @param tag a tag or, as the CLI sends it, a digest; it wins over one in the name
     * @throws EngineException.NotImplemented when neither names one: Docker pulls every tag then
     */
    static PullRequest of(String fromImage, Optional<String> tag, Optional<String> platform, Optional<String> auth) {
        try {
            platform.ifPresent(Platform::parse);
            return new PullRequest(reference(fromImage, tag), platform, auth);
        } catch (InvalidReferenceException e) {
            throw new EngineException.InvalidInput(e.getMessage());
        }
    }

    private static ImageReference reference(String fromImage, Optional<String> tag) {
        // "pull -a" may send the name with a colon behind it (moby: api/server/router/image).
        String name = fromImage.endsWith(":") ? fromImage.substring(0, fromImage.length() - 1) : fromImage;
        ImageReference parsed = ImageReference.parse(name);
        if (tag.isPresent()) {
            Optional<Digest> digest = Digest.tryParse(tag.get());
            return ImageReference.ofRepository(
                    parsed.repository(), digest.isPresent() ? Optional.empty() : tag, digest);
        }
        boolean bare = parsed.digest().isEmpty() && name.indexOf(':', name.lastIndexOf('/') + 1) < 0;
        if (bare) {
            throw new EngineException.NotImplemented("docker pull --all-tags (name a tag)");
        }
        return parsed;
    }
}
