package io.strata.layerstore.ingests;

import io.strata.layerstore.blobs.BlobFacts;
import java.net.URI;
import java.util.List;

/** What opening an ingest leads to. */
public sealed interface Opened {
    /** Nothing is to be sent: the blob is there. */
    record Present(BlobFacts blob) implements Opened {}

    /** One PUT of the whole to {@code url}. */
    record Single(String id, URI url) implements Opened {}

    /** Parts of {@code partSize} bytes or more, but the last; the addresses of the first ones. */
    record Parts(String id, long partSize, List<URI> urls) implements Opened {}
}
