package io.strata.blobs;

import io.strata.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** An ingest of layer-store, whose bytes go to S3. */
final class RemoteIngest implements Ingest {
    /** Addresses that came with the ingest live for an hour; after this they are asked for anew. */
    private static final Duration FRESH = Duration.ofMinutes(10);

    private final ControlPlane control;
    private final S3Transfers s3;
    private final String id;
    private final long partSize;
    private final List<String> urls;
    private final long opened = System.nanoTime();

    RemoteIngest(ControlPlane control, S3Transfers s3, String id, long partSize, List<String> urls) {
        this.control = control;
        this.s3 = s3;
        this.id = id;
        this.partSize = partSize;
        this.urls = urls == null ? List.of() : List.copyOf(urls);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public long partSize() {
        return partSize;
    }

    @Override
    public String putPart(int number, InputStream content, long size) throws IOException {
        if (number < 1 || number > MAX_PARTS) {
            throw new IllegalArgumentException("parts are 1 to " + MAX_PARTS + ", not " + number);
        }
        return s3.put(address(number), content, size);
    }

    private URI address(int number) throws IOException {
        if (number <= urls.size() && System.nanoTime() - opened < FRESH.toNanos()) {
            return URI.create(urls.get(number - 1));
        }
        String path = path() + "/parts/" + number;
        ControlPlane.Answer answer = control.call("GET", path, null);
        if (answer.status() != 200) {
            throw ControlPlane.refused("GET " + path, answer);
        }
        return URI.create(answer.as(ControlPlane.PartUrl.class).url());
    }

    private record Completion(Digest digest, long size, String mediaType, List<Part> parts) {}

    @Override
    public BlobFacts complete(Digest digest, long size, String mediaType, List<Part> parts) throws IOException {
        String path = path() + "/complete";
        ControlPlane.Answer answer = control.call("POST", path, new Completion(digest, size, mediaType, parts));
        return switch (answer.status()) {
            case 200 -> answer.as(BlobFacts.class);
            case 409 -> throw new BlobMismatchException(ControlPlane.reason(answer));
            default -> throw ControlPlane.refused("POST " + path, answer);
        };
    }

    @Override
    public void abort() throws IOException {
        control.call("DELETE", path(), null);
    }

    private String path() {
        return "/ingests/" + ControlPlane.segment(id);
    }
}
