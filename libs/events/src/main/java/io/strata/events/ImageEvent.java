package io.strata.events;

import io.strata.oci.Digest;
import java.util.List;

/** What happens to names and manifests. The aggregate is the repository, e.g. {@code docker.io/library/redis}. */
public sealed interface ImageEvent extends StrataEvent {
    String repository();

    @Override
    default String aggregateId() {
        return repository();
    }

    @Override
    default Topic topic() {
        return Topic.IMAGES;
    }

    /** An Engine pull ended: the image is here and named. {@code layers} are blob digests, the base first. */
    record ImagePulled(
            String repository, String reference, Digest manifest, Digest imageId, List<Digest> layers, String node)
            implements ImageEvent {}

    /** A client put a manifest on {@code /v2/}. */
    record ImagePushed(String repository, String reference, Digest manifest, String mediaType) implements ImageEvent {}

    /** A name now points at {@code manifest}; {@code previous} is what it pointed at before, if anything. */
    record ImageTagged(String repository, String tag, Digest manifest, Digest imageId, Digest previous, String cause)
            implements ImageEvent {}

    record ImageUntagged(String repository, String tag, Digest manifest) implements ImageEvent {}

    record ImageDeleted(String repository, Digest manifest, Digest imageId) implements ImageEvent {}
}
