package io.strata.events;

import io.strata.oci.Digest;

/** What happens to layers' bytes. The aggregate is the blob's digest. Sizes are in bytes. */
public sealed interface LayerEvent extends StrataEvent {
    Digest digest();

    @Override
    default String aggregateId() {
        return digest().toString();
    }

    @Override
    default Topic topic() {
        return Topic.LAYERS;
    }

    /** The blob is readable by everybody: its bytes were digested and are durable. Told for every blob, config too. */
    record LayerStored(Digest digest, long size, String mediaType) implements LayerEvent {}

    /** A node has read the blob and knows what is in it. */
    record LayerIndexed(Digest digest, Digest diffId, long unpackedSize, long files) implements LayerEvent {}

    /** Nobody used the blob; its bytes are gone. */
    record LayerDeleted(Digest digest, long size) implements LayerEvent {}
}
