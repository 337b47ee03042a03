package io.strata.blobs;

final class InMemoryBlobsTest extends BlobsContract<InMemoryBlobs> {
    private final InMemoryBlobs store = new InMemoryBlobs();

    @Override
    InMemoryBlobs store() {
        return store;
    }
}
