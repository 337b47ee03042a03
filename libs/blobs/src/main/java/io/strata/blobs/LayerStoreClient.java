package io.strata.blobs;

import io.strata.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;

/**
 * The cluster's store of blobs. What is small is asked of layer-store (docs/architecture.md); bytes go between S3 and here
 * by the addresses that it gives. One for the process is enough: thread safe, its calls block (virtual threads are fine), an
 * interrupt ends a call. What blocks on S3 is given up when nothing moves for two minutes.
 */
public final class LayerStoreClient implements BlobReader, BlobWriter, References, LayerFacts, AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Digests in one question, so that it stays far below the 4 MiB of an answer. */
    private static final int LOOKUP = 1_000;

    private final HttpClient http;
    private final ControlPlane control;
    private final S3Transfers s3;
    private final RemoteWriter writer;

    /** Spools what has no known length in the JVM's folder for temporary files. */
    public LayerStoreClient(URI layerStore) {
        this(layerStore, Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** @param spoolFolder an existing folder; a write of unknown length has two files of a part's size there */
    public LayerStoreClient(URI layerStore, Path spoolFolder) {
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
        this.control = new ControlPlane(http, layerStore);
        this.s3 = new S3Transfers(http);
        this.writer = new RemoteWriter(control, s3, spoolFolder);
    }

    private record Digests(Collection<Digest> digests) {}

    private record Reference(String kind, String label, Collection<Digest> digests) {}

    private record Told(Digest digest, long unpackedSize, long files) {}

    @Override
    public Optional<BlobFacts> stat(Digest digest) throws IOException {
        return control.locate(digest).map(ControlPlane.Located::facts);
    }

    @Override
    public List<BlobFacts> lookup(Collection<Digest> digests) throws IOException {
        List<BlobFacts> found = new ArrayList<>();
        for (List<Digest> some : inPieces(digests)) {
            found.addAll(ok("POST", "/blobs/lookup", new Digests(some))
                    .as(ControlPlane.Blobs.class)
                    .blobs());
        }
        return found;
    }

    @Override
    public InputStream open(Digest digest, long offset) throws IOException {
        return RemoteContent.open(control, s3, digest, offset);
    }

    @Override
    public URI locate(Digest digest) throws IOException {
        return control.locate(digest)
                .map(blob -> URI.create(blob.location().url()))
                .orElseThrow(() -> new BlobNotFoundException(digest));
    }

    @Override
    public BlobFacts write(Expected expected, InputStream content) throws IOException {
        return writer.write(expected, content);
    }

    @Override
    public Ingest begin(Expected expected) throws IOException {
        return writer.ingest(writer.open(expected, null, null));
    }

    @Override
    public Ingest reopen(String id, long partSize) {
        return new RemoteIngest(control, s3, id, partSize, List.of());
    }

    @Override
    public void put(String ownerId, String kind, String label, Collection<Digest> digests)
            throws MissingBlobsException, IOException {
        String path = "/references/" + ControlPlane.segment(ownerId);
        ControlPlane.Answer answer = control.call("PUT", path, new Reference(kind, label, digests));
        if (answer.status() == 409) {
            List<Digest> missing = answer.as(ControlPlane.Problem.class).missing();
            if (missing != null && !missing.isEmpty()) {
                throw new MissingBlobsException(missing);
            }
        }
        requireOk("PUT", path, answer);
    }

    @Override
    public void drop(String ownerId) throws IOException {
        ok("DELETE", "/references/" + ControlPlane.segment(ownerId), null);
    }

    @Override
    public List<Layer> layers(Collection<Digest> blobDigests) throws IOException {
        List<Layer> found = new ArrayList<>();
        for (List<Digest> some : inPieces(blobDigests)) {
            found.addAll(ok("POST", "/layers/lookup", new Digests(some))
                    .as(ControlPlane.Layers.class)
                    .layers());
        }
        return found;
    }

    @Override
    public void tell(Digest diffId, Digest digest, long unpackedSize, long files) throws IOException {
        String path = "/layers/" + diffId;
        ControlPlane.Answer answer = control.call("PUT", path, new Told(digest, unpackedSize, files));
        if (answer.status() == 404) {
            throw new BlobNotFoundException(digest);
        }
        requireOk("PUT", path, answer);
    }

    private ControlPlane.Answer ok(String method, String path, Object body) throws IOException {
        ControlPlane.Answer answer = control.call(method, path, body);
        requireOk(method, path, answer);
        return answer;
    }

    private static void requireOk(String method, String path, ControlPlane.Answer answer) throws IOException {
        if (answer.status() / 100 != 2) {
            throw ControlPlane.refused(method + " " + path, answer);
        }
    }

    private static List<List<Digest>> inPieces(Collection<Digest> digests) {
        List<Digest> all = digests.stream().distinct().toList();
        List<List<Digest>> pieces = new ArrayList<>();
        for (int from = 0; from < all.size(); from += LOOKUP) {
            pieces.add(all.subList(from, Math.min(all.size(), from + LOOKUP)));
        }
        return pieces;
    }

    /** Ends the connections, at once. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
