package io.strata.commit.registry;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.strata.commit.errors.CommitException;
import io.strata.commit.image.ParentImage;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageConfig;
import io.strata.oci.InvalidManifestException;
import io.strata.oci.OciJson;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** registry-gateway by HTTP. */
public final class RegistryGatewayClient implements Registry, AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration CALL = Duration.ofSeconds(30);

    /** An image's config may have 4 MiB, and comes with its layers. */
    private static final int MAX_ANSWER = OciJson.MAX_MANIFEST_BYTES;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();
    private final String base;

    public RegistryGatewayClient(URI gateway) {
        this.base = gateway.toString().replaceAll("/+$", "");
    }

    record Layer(Digest digest, Digest diffId, String mediaType, long size) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Resolution(String mediaType, ImageConfig config, List<Layer> layers) {}

    record Committed(String repository, String tag, String manifest, String mediaType, Digest parent) {}

    /** Either form of the gateway's errors. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Problem(String detail, String message, String title) {}

    @Override
    public ParentImage image(Digest imageId) throws IOException {
        String query = URLEncoder.encode(imageId.toString(), StandardCharsets.UTF_8);
        byte[] answer = send(HttpRequest.newBuilder(URI.create(base + "/resolve?reference=" + query))
                .GET());
        Resolution found = read(answer, Resolution.class);
        return new ParentImage(
                found.mediaType(),
                found.config(),
                found.layers().stream()
                        .map(layer -> Descriptor.of(layer.mediaType(), layer.digest(), layer.size()))
                        .toList());
    }

    @Override
    public Kept commit(String commitId, Optional<Name> name, byte[] manifest, String mediaType, Digest parent)
            throws IOException {
        Committed body = new Committed(
                name.map(Name::repository).orElse(null),
                name.map(Name::tag).orElse(null),
                Base64.getEncoder().encodeToString(manifest),
                mediaType,
                parent);
        byte[] answer = send(HttpRequest.newBuilder(URI.create(base + "/commits/" + commitId + "/image"))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofByteArray(OciJson.write(body))));
        return read(answer, Kept.class);
    }

    private byte[] send(HttpRequest.Builder request) throws IOException {
        HttpRequest built =
                request.timeout(CALL).header("Accept", "application/json").build();
        HttpResponse<byte[]> response;
        try {
            response = http.send(built, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException io = new InterruptedIOException("interrupted");
            io.initCause(e);
            throw io;
        } catch (IOException e) {
            throw new IOException("registry-gateway at " + base + " does not answer: " + e, e);
        }
        int status = response.statusCode();
        if (status / 100 == 2) {
            return response.body();
        }
        String reason = reason(response.body());
        if (status >= 400 && status < 500 && status != 408 && status != 429) {
            throw new CommitException.Refused(status, reason);
        }
        throw new IOException("registry-gateway answered " + status + " to " + built.method() + " "
                + built.uri().getPath() + ": " + reason);
    }

    private static String reason(byte[] body) {
        try {
            Problem problem = OciJson.read(body, Problem.class);
            if (problem.detail() != null) {
                return problem.detail();
            }
            return problem.message() != null ? problem.message() : String.valueOf(problem.title());
        } catch (InvalidManifestException notJson) {
            return "no reason was given";
        }
    }

    private static <T> T read(byte[] json, Class<T> type) throws IOException {
        try {
            return OciJson.read(json, type);
        } catch (InvalidManifestException e) {
            throw new IOException("registry-gateway's answer: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
