package io.strata.events;

import io.strata.oci.Digest;

/** The saga of a commit. The aggregate is the commit's id (a UUID). */
public sealed interface CommitEvent extends StrataEvent {
    String commitId();

    @Override
    default String aggregateId() {
        return commitId();
    }

    @Override
    default Topic topic() {
        return Topic.COMMITS;
    }

    /** The request to {@code node}: capture the writable layer of {@code containerId}; pause it meanwhile when told so. */
    record CommitRequested(String commitId, String containerId, String node, boolean pause) implements CommitEvent {}

    /**
     * The image exists and can be run everywhere. {@code repository} and {@code tag} are null for a commit without a name;
     * {@code layer} is the blob that was added, null when nothing was written.
     */
    record ContainerCommitted(
            String commitId,
            String containerId,
            String node,
            Digest imageId,
            Digest manifest,
            String repository,
            String tag,
            Digest layer,
            Digest diffId)
            implements CommitEvent {}

    record CommitFailed(String commitId, String containerId, String node, int status, String reason)
            implements CommitEvent {}
}
