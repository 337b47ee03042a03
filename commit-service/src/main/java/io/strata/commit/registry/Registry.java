package io.strata.commit.registry;

import io.strata.commit.errors.CommitException;
import io.strata.commit.image.ParentImage;
import io.strata.oci.Digest;
import java.io.IOException;
import java.util.Optional;

/** What commit-service asks of registry-gateway. */
public interface Registry {
    /**
     * @throws CommitException.Refused when there is no such image
     * @throws IOException when the gateway does not answer; the question may be repeated
     */
    ParentImage image(Digest imageId) throws IOException;

    /** A name in canonical form. */
    record Name(String repository, String tag) {}

    /** The image as it is kept. */
    record Kept(Digest imageId, Digest manifest) {}

    /**
     * Keeps the image and points the name at it, in one transaction. Again with the same commit's id: the same answer.
     *
     * @throws CommitException.Refused when the name or the manifest is refused
     * @throws IOException when the gateway does not answer; it may be repeated
     */
    Kept commit(String commitId, Optional<Name> name, byte[] manifest, String mediaType, Digest parent)
            throws IOException;
}
