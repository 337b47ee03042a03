package io.strata.blobs;

import io.strata.oci.Digest;
import io.strata.oci.InvalidManifestException;
import io.strata.oci.OciJson;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * layer-store's own calls: small JSON, each of which may be repeated without another effect. So each is repeated while the
 * service cannot be reached (it is being restarted, or a replica is gone), up to {@link #PATIENCE}.
 */
final class ControlPlane {
    private static final Duration CALL = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(12);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final HttpClient http;
    private final String base;

    ControlPlane(HttpClient http, URI layerStore) {
        this.http = http;
        this.base = layerStore.toString().replaceAll("/+$", "");
    }

    /** What layer-store says, in the words of docs/architecture.md. */
    record Location(String url, String expires) {}

    record Located(Digest digest, long size, String mediaType, Location location) {
        BlobFacts facts() {
            return new BlobFacts(digest, size, mediaType);
        }
    }

    record Opened(BlobFacts present, String id, String kind, String url, long partSize, List<String> urls) {}

    record Blobs(List<BlobFacts> blobs) {}

    record Layers(List<LayerFacts.Layer> layers) {}

    record PartUrl(String url) {}

    /** RFC 9457, with layer-store's own member. */
    record Problem(String title, String detail, List<Digest> missing) {}

    record Answer(int status, byte[] body) {
        <T> T as(Class<T> type) throws IOException {
            try {
                return OciJson.read(body, type);
            } catch (InvalidManifestException e) {
                throw new IOException("layer-store's answer: " + e.getMessage(), e);
            }
        }
    }

    Optional<Located> locate(Digest digest) throws IOException {
        Answer answer = call("GET", "/blobs/" + digest, null);
        return switch (answer.status()) {
            case 200 -> Optional.of(answer.as(Located.class));
            case 404 -> Optional.empty();
            default -> throw refused("GET /blobs/" + digest, answer);
        };
    }

    /** A JSON call that answers 2xx; 404 and 409 are given to the caller, everything else is an exception. */
    Answer call(String method, String path, Object body) throws IOException {
        BodyPublisher publisher =
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(OciJson.write(body));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(CALL)
                .header("Accept", "application/json")
                .method(method, publisher);
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        Answer answer = patiently(request.build());
        if (answer.status() / 100 != 2 && answer.status() != 404 && answer.status() != 409) {
            throw refused(method + " " + path, answer);
        }
        return answer;
    }

    private Answer patiently(HttpRequest request) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Duration pause = FIRST_PAUSE;
        while (true) {
            IOException failure;
            try {
                HttpResponse<byte[]> response = http.send(
                        request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), OciJson.MAX_MANIFEST_BYTES));
                Answer answer = new Answer(response.statusCode(), response.body());
                if (!isPassing(answer.status())) {
                    return answer;
                }
                failure = refused(request.method() + " " + request.uri().getPath(), answer);
            } catch (IOException e) {
                failure = new IOException(
                        "layer-store at " + base + " does not answer: "
                                + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()),
                        e);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            if (System.nanoTime() + pause.toNanos() > deadline) {
                throw failure;
            }
            pause(pause);
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
        }
    }

    /** What a proxy, or a service on its way up or down, says. */
    private static boolean isPassing(int status) {
        return status == 502 || status == 503 || status == 504;
    }

    private static void pause(Duration pause) throws IOException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    static InterruptedIOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException io = new InterruptedIOException("interrupted");
        io.initCause(cause);
        return io;
    }

    static IOException refused(String call, Answer answer) {
        return new IOException("layer-store answered " + answer.status() + " to " + call + ": " + reason(answer));
    }

    static String reason(Answer answer) {
        try {
            Problem problem = answer.as(Problem.class);
            return problem.detail() != null ? problem.detail() : String.valueOf(problem.title());
        } catch (IOException notAProblem) {
            String text = new String(answer.body(), StandardCharsets.UTF_8);
            return text.length() > 200 ? text.substring(0, 200) : text;
        }
    }

    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
