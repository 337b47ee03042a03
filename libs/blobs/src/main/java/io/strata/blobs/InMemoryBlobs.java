package io.strata.blobs;

import io.strata.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** A store in the heap, for unit tests of what reads and writes blobs. Thread safe; it passes the client's own tests. */
public final class InMemoryBlobs implements BlobReader, BlobWriter, References, LayerFacts {
    private static final long PART_SIZE = 5 << 20;

    private final Map<Digest, Stored> blobs = new ConcurrentHashMap<>();
    private final Map<Digest, Layer> layers = new ConcurrentHashMap<>();
    private final Map<String, Set<Digest>> owners = new ConcurrentHashMap<>();
    private final Map<String, InMemoryIngest> ingests = new ConcurrentHashMap<>();

    private record Stored(BlobFacts facts, byte[] content) {}

    @Override
    public Optional<BlobFacts> stat(Digest digest) {
        return Optional.ofNullable(blobs.get(digest)).map(Stored::facts);
    }

    @Override
    public List<BlobFacts> lookup(Collection<Digest> digests) {
        return digests.stream()
                .distinct()
                .map(this::stat)
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public InputStream open(Digest digest, long offset) throws IOException {
        byte[] content = stored(digest).content();
        if (offset < 0 || offset > content.length) {
            throw new IllegalArgumentException(digest + " has " + content.length + " bytes, none at " + offset);
        }
        return new ByteArrayInputStream(content, (int) offset, content.length - (int) offset);
    }

    @Override
    public URI locate(Digest digest) throws IOException {
        return URI.create("memory:" + stored(digest).facts().digest());
    }

    private Stored stored(Digest digest) throws BlobNotFoundException {
        Stored stored = blobs.get(digest);
        if (stored == null) {
            throw new BlobNotFoundException(digest);
        }
        return stored;
    }

    @Override
    public BlobFacts write(Expected expected, InputStream content) throws IOException {
        if (expected.digest().isPresent() && blobs.containsKey(expected.digest().get())) {
            return blobs.get(expected.digest().get()).facts();
        }
        byte[] bytes = content.readAllBytes();
        if (expected.size().isPresent() && expected.size().getAsLong() != bytes.length) {
            throw BlobMismatchException.size(expected.size().getAsLong(), bytes.length);
        }
        String algorithm = expected.digest().map(Digest::algorithm).orElse(Digest.SHA256);
        Digest found = Digest.of(algorithm, bytes);
        if (expected.digest().isPresent() && !expected.digest().get().equals(found)) {
            throw BlobMismatchException.digest(expected.digest().get(), found);
        }
        return show(found, bytes, expected.mediaType());
    }

    private BlobFacts show(Digest digest, byte[] content, String mediaType) {
        Stored fresh = new Stored(new BlobFacts(digest, content.length, mediaType), content);
        Stored first = blobs.putIfAbsent(digest, fresh);
        return first == null ? fresh.facts() : first.facts();
    }

    @Override
    public Ingest begin(Expected expected) {
        InMemoryIngest ingest = new InMemoryIngest(UUID.randomUUID().toString());
        ingests.put(ingest.id(), ingest);
        return ingest;
    }

    @Override
    public Ingest reopen(String id, long partSize) {
        return ingests.getOrDefault(id, new InMemoryIngest(id));
    }

    @Override
    public void put(String ownerId, String kind, String label, Collection<Digest> digests)
            throws MissingBlobsException {
        List<Digest> missing =
                digests.stream().filter(d -> !blobs.containsKey(d)).distinct().toList();
        if (!missing.isEmpty()) {
            throw new MissingBlobsException(missing);
        }
        owners.computeIfAbsent(ownerId, unused -> ConcurrentHashMap.newKeySet()).addAll(digests);
    }

    @Override
    public void drop(String ownerId) {
        owners.remove(ownerId);
    }

    /** What the owner holds, for assertions. */
    public Set<Digest> heldBy(String ownerId) {
        return new LinkedHashSet<>(owners.getOrDefault(ownerId, Set.of()));
    }

    /** Every blob that is visible, for assertions. */
    public Set<Digest> digests() {
        return Set.copyOf(blobs.keySet());
    }

    @Override
    public List<Layer> layers(Collection<Digest> blobDigests) {
        return blobDigests.stream()
                .distinct()
                .map(layers::get)
                .filter(java.util.Objects::nonNull)
                .toList();
    }

    @Override
    public void tell(Digest diffId, Digest digest, long unpackedSize, long files) throws IOException {
        long size = stored(digest).facts().size();
        layers.putIfAbsent(digest, new Layer(digest, diffId, size, unpackedSize, files));
    }

    private final class InMemoryIngest implements Ingest {
        private final String id;
        private final Map<Integer, byte[]> parts = new TreeMap<>();

        InMemoryIngest(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public long partSize() {
            return PART_SIZE;
        }

        @Override
        public synchronized String putPart(int number, InputStream content, long size) throws IOException {
            requireOpen();
            byte[] bytes = content.readNBytes(Math.toIntExact(size));
            if (bytes.length != size) {
                throw BlobMismatchException.size(size, bytes.length);
            }
            parts.put(number, bytes);
            return Digest.sha256(bytes).shortHex();
        }

        @Override
        public synchronized BlobFacts complete(Digest digest, long size, String mediaType, List<Part> given)
                throws IOException {
            if (!ingests.containsKey(id) && blobs.containsKey(digest)) {
                return blobs.get(digest).facts();
            }
            requireOpen();
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            for (Part part : given) {
                byte[] bytes = parts.get(part.number());
                if (bytes == null || !Digest.sha256(bytes).shortHex().equals(part.etag())) {
                    throw new IOException("ingest " + id + " has no part " + part.number() + " " + part.etag());
                }
                whole.write(bytes);
            }
            ingests.remove(id);
            if (whole.size() != size) {
                throw BlobMismatchException.size(size, whole.size());
            }
            return show(digest, whole.toByteArray(), mediaType);
        }

        @Override
        public void abort() {
            ingests.remove(id);
        }

        private void requireOpen() throws IOException {
            if (!ingests.containsKey(id)) {
                throw new IOException("there is no ingest " + id);
            }
        }
    }
}
