package io.strata.blobs;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes to and from S3 by presigned addresses. The addresses are secrets: no message holds one. Uploads are
 * {@code UNSIGNED-PAYLOAD}, as the bytes are digested by whoever sends them.
 */
final class S3Transfers {
    private static final Duration HEADERS = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofSeconds(5);

    /** So long S3 may take no byte, or think after the last one, before the transfer is given up. */
    private static final Duration STALLED = Duration.ofMinutes(2);

    private static final int MAX_ERROR_BYTES = 64 << 10;
    private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z0-9]{1,64})</Code>");

    private final HttpClient http;

    S3Transfers(HttpClient http) {
        this.http = http;
    }

    /**
     * Sends exactly {@code size} bytes of {@code content} as one object or part; it is read once, so nothing is repeated.
     *
     * @return the entity tag, with its quotes
     * @throws BlobMismatchException when the content ends before
     */
    String put(URI target, InputStream content, long size) throws IOException {
        try (Outgoing outgoing = new Outgoing(content, size)) {
            BodyPublisher body = size == 0
                    ? BodyPublishers.noBody()
                    : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> outgoing), size);
            HttpResponse<byte[]> response = await(
                    http.sendAsync(
                            HttpRequest.newBuilder(target).PUT(body).build(),
                            BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ERROR_BYTES)),
                    outgoing);
            if (response.statusCode() != 200) {
                throw new IOException("S3 answered " + response.statusCode() + " to an upload of " + size + " bytes"
                        + code(response.body()));
            }
            return response.headers()
                    .firstValue("ETag")
                    .orElseThrow(() -> new IOException("S3 took an upload and gave no ETag"));
        }
    }

    /** The object's bytes from {@code offset} on; the caller closes them, which ends the transfer. */
    InputStream get(URI source, long offset) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(source).timeout(HEADERS).GET();
        if (offset > 0) {
            request.header("Range", "bytes=" + offset + "-");
        }
        HttpResponse<InputStream> response;
        try {
            response = http.send(request.build(), BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            throw ControlPlane.interrupted(e);
        }
        int expected = offset > 0 ? 206 : 200;
        if (response.statusCode() != expected) {
            try (InputStream body = response.body()) {
                byte[] error = response.statusCode() >= 300 ? body.readNBytes(MAX_ERROR_BYTES) : new byte[0];
                throw new IOException(
                        "S3 answered " + response.statusCode() + " to a read from byte " + offset + code(error));
            }
        }
        return response.body();
    }

    private static <T> T await(CompletableFuture<T> sent, Outgoing outgoing) throws IOException {
        while (true) {
            try {
                return sent.get(LOOK.toSeconds(), TimeUnit.SECONDS);
            } catch (TimeoutException notYet) {
                if (outgoing.idle().compareTo(STALLED) > 0) {
                    sent.cancel(true);
                    throw new IOException(
                            "S3 took nothing for " + STALLED.toSeconds() + " s after " + outgoing.count() + " bytes",
                            notYet);
                }
            } catch (InterruptedException e) {
                sent.cancel(true);
                throw ControlPlane.interrupted(e);
            } catch (ExecutionException e) {
                outgoing.rethrow();
                throw new IOException(
                        "an upload to S3 broke after " + outgoing.count() + " bytes: "
                                + e.getCause().getMessage(),
                        e.getCause());
            }
        }
    }

    private static String code(byte[] error) {
        Matcher code = CODE.matcher(new String(error, StandardCharsets.UTF_8));
        return code.find() ? ": " + code.group(1) : "";
    }
}
