package io.strata.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.strata.oci.ContainerConfig;
import io.strata.oci.Digest;

/** What happens to containers. The aggregate is the container's id (64 hexadecimal digits). */
public sealed interface ContainerEvent extends StrataEvent {
    String containerId();

    String node();

    @Override
    default String aggregateId() {
        return containerId();
    }

    @Override
    default Topic topic() {
        return Topic.CONTAINERS;
    }

    record ContainerCreated(String containerId, String node, String containerName, String image, Digest imageId)
            implements ContainerEvent {}

    record ContainerStarted(String containerId, String node, long pid) implements ContainerEvent {}

    record ContainerPaused(String containerId, String node) implements ContainerEvent {}

    record ContainerUnpaused(String containerId, String node) implements ContainerEvent {}

    record ContainerRenamed(String containerId, String node, String oldName, String newName)
            implements ContainerEvent {}

    /** {@code exitCode} as wait(2) tells it, 128 + n for signal n. */
    record ContainerDied(String containerId, String node, int exitCode, boolean oomKilled) implements ContainerEvent {}

    record ContainerRemoved(String containerId, String node) implements ContainerEvent {}

    /**
     * The answer to {@link CommitEvent.CommitRequested}: the writable layer is a blob in the store. {@code layer} is null
     * when the container had written nothing. {@code config} is the container's own configuration at that moment.
     */
    record WritableLayerCaptured(
            String containerId,
            String node,
            String commitId,
            CapturedLayer layer,
            @JsonProperty("config") ContainerConfig config)
            implements ContainerEvent {}

    /** The other answer: the writable layer could not be captured. {@code status} is the Engine API's HTTP status. */
    record WritableLayerRefused(String containerId, String node, String commitId, int status, String reason)
            implements ContainerEvent {}

    /** A blob that holds a writable layer. {@code unpackedSize} is the sum of its files' sizes, as Docker counts it. */
    record CapturedLayer(Digest digest, long size, String mediaType, Digest diffId, long unpackedSize, long files) {}
}
