package io.strata.runtime.images;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.strata.oci.Digest;
import io.strata.oci.ImageConfig;
import io.strata.oci.ImageReference;
import io.strata.runtime.layers.NodeLayer;
import io.strata.runtime.node.NodeConfig;
import io.strata.runtime.node.PeersConfig;
import io.strata.runtime.relay.Relay;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;

/** What a node asks of the registry-gateway (docs/architecture.md, "registry-gateway"). Every call blocks; an interrupt ends it. */
@ApplicationScoped
public class RegistryGatewayClient {
    static final String NAME = "registry-gateway";

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    /** For answers that are not streams. */
    private static final Duration SOON = Duration.ofSeconds(30);

    private final URI gateway;
    private final String node;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(3))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    RegistryGatewayClient(PeersConfig peers, NodeConfig node) {
        this.gateway = peers.registryGateway();
        this.node = node.name();
    }

    /** {@code GET /resolve}'s answer. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Resolution(
            Digest imageId,
            Digest manifest,
            String reference,
            List<String> names,
            ImageConfig config,
            List<NodeLayer> layers) {}

    /** {@code POST /pulls/{id}/complete}'s answer; {@code newer} when the name did not point there before. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Completed(String reference, Digest manifest, Digest imageId, boolean newer) {}

    /** A line of {@code GET /images/json}; {@code size} is the sum of its unpacked layers, in bytes. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Listed(
            @JsonProperty("Id") Digest id,
            @JsonProperty("Size") long size) {}

    /** A part of {@code DELETE /images/{name}}'s answer: one of the two. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Removed(
            @JsonProperty("Untagged") String untagged,
            @JsonProperty("Deleted") String deleted) {}

    /** The lines of a pull as they come. Closing it ends the pull, unless it is complete. */
    static final class PullLines implements Closeable {
        private final InputStream body;
        private final BufferedReader lines;

        PullLines(InputStream body) {
            this.body = body;
            this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        }

        /** Empty when the gateway ended the answer. */
        Optional<PullLine> next() throws IOException {
            String line = lines.readLine();
            return line == null ? Optional.empty() : Optional.of(JSON.readValue(line, PullLine.class));
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    /**
     * Begins a pull.
     *
     * @param platform {@code os[/arch[/variant]]}; empty for this machine's
     * @param auth the user's {@code X-Registry-Auth}, passed on as it is
     * @throws PullException when the gateway refuses it
     */
    PullLines pull(String reference, Optional<String> platform, Optional<String> auth) throws IOException {
        Map<String, String> body = new LinkedHashMap<>();
        body.put("reference", reference);
        platform.ifPresent(p -> body.put("platform", p));
        body.put("node", node);
        HttpRequest.Builder request = request("/pulls")
                .header("Content-Type", "application/json")
                .header("Accept", "application/x-ndjson")
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
        auth.ifPresent(a -> request.header("X-Registry-Auth", a));
        HttpResponse<InputStream> answer = send(request.build());
        if (answer.statusCode() != 200) {
            throw refused(answer);
        }
        return new PullLines(answer.body());
    }

    /** Names what was pulled. Again: the same answer. */
    Completed complete(String pullId) throws IOException {
        HttpRequest request = request("/pulls/" + Relay.encoded(pullId) + "/complete")
                .timeout(SOON)
                .POST(BodyPublishers.noBody())
                .build();
        HttpResponse<InputStream> answer = send(request);
        if (answer.statusCode() != 200) {
            throw refused(answer);
        }
        return read(answer, Completed.class);
    }

    /** @param reference a name, an id, or the beginning of an id; empty when the cluster has no such image */
    Optional<Resolution> resolve(String reference) throws IOException {
        HttpResponse<InputStream> answer = send(request("/resolve?reference=" + Relay.encoded(reference))
                .timeout(SOON)
                .GET()
                .build());
        if (answer.statusCode() == 404) {
            answer.body().close();
            return Optional.empty();
        }
        if (answer.statusCode() != 200) {
            throw refused(answer);
        }
        return Optional.of(read(answer, Resolution.class));
    }

    /**
     * Keeps an image that was not pulled, and names it, in one step.
     *
     * @param origin unique for what is registered: again gives the same answer
     * @param name empty for an image without a name
     */
    void register(String origin, Optional<ImageReference> name, byte[] manifest, String mediaType) throws IOException {
        Map<String, String> body = new LinkedHashMap<>();
        name.ifPresent(n -> {
            body.put("repository", n.repository());
            n.tag().ifPresent(tag -> body.put("tag", tag));
        });
        body.put("manifest", Base64.getEncoder().encodeToString(manifest));
        body.put("mediaType", mediaType);
        expect(
                200,
                request("/commits/" + Relay.encoded(origin) + "/image")
                        .timeout(SOON)
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                        .build());
    }

    /** One more name for an image. */
    void tag(Digest imageId, ImageReference name) throws IOException {
        expect(
                201,
                request("/images/" + imageId + "/tag?repo=" + Relay.encoded(name.repository()) + "&tag="
                                + Relay.encoded(name.tagOrDigest()))
                        .timeout(SOON)
                        .POST(BodyPublishers.noBody())
                        .build());
    }

    private void expect(int status, HttpRequest request) throws IOException {
        HttpResponse<InputStream> answer = send(request);
        if (answer.statusCode() != status) {
            throw refused(answer);
        }
        answer.body().close();
    }

    /** @param filters as the Engine API's {@code filters} */
    List<Listed> list(Map<String, List<String>> filters) throws IOException {
        String json = JSON.writeValueAsString(filters);
        HttpResponse<InputStream> answer = send(request("/images/json?filters=" + Relay.encoded(json))
                .timeout(SOON)
                .GET()
                .build());
        if (answer.statusCode() != 200) {
            throw refused(answer);
        }
        return List.of(read(answer, Listed[].class));
    }

    /** Removes the image with all its names. */
    List<Removed> remove(Digest imageId) throws IOException {
        HttpResponse<InputStream> answer = send(request("/images/" + imageId + "?force=1")
                .timeout(SOON)
                .DELETE()
                .build());
        if (answer.statusCode() != 200) {
            throw refused(answer);
        }
        return List.of(read(answer, Removed[].class));
    }

    /** The blob from {@code offset} on while it is being fetched; empty when nobody fetches it (any more). */
    Optional<InputStream> spool(Digest digest, long offset) throws IOException {
        HttpRequest.Builder request = request("/spool/" + digest).GET();
        if (offset > 0) {
            request.header("Range", "bytes=" + offset + "-");
        }
        HttpResponse<InputStream> answer = send(request.build());
        int wanted = offset > 0 ? 206 : 200;
        if (answer.statusCode() == wanted) {
            return Optional.of(answer.body());
        }
        if (answer.statusCode() == 404) {
            answer.body().close();
            return Optional.empty();
        }
        throw refused(answer);
    }

    private HttpRequest.Builder request(String pathAndQuery) {
        return HttpRequest.newBuilder(URI.create(gateway.toString().replaceFirst("/$", "") + pathAndQuery));
    }

    /** @throws io.strata.runtime.errors.EngineException.Unavailable when there is no answer */
    private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
        try {
            return http.send(request, BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the " + NAME);
        } catch (IOException e) {
            throw Relay.unavailable(gateway, NAME, e);
        }
    }

    private static <T> T read(HttpResponse<InputStream> answer, Class<T> type) throws IOException {
        try (InputStream body = answer.body()) {
            return JSON.readValue(body, type);
        }
    }

    /** Problem details (RFC 9457), or the Engine API's {@code message}. */
    private static PullException refused(HttpResponse<InputStream> answer) throws IOException {
        byte[] bytes;
        try (InputStream body = answer.body()) {
            bytes = body.readNBytes(64 << 10);
        }
        String message = "the " + NAME + " answered " + answer.statusCode();
        try {
            JsonNode problem = JSON.readTree(bytes);
            for (String member : List.of("detail", "message", "title")) {
                if (problem.path(member).isTextual()) {
                    return new PullException(
                            answer.statusCode(), problem.path(member).asText());
                }
            }
        } catch (JsonProcessingException notJson) {
            message += ": " + new String(bytes, 0, Math.min(bytes.length, 200), StandardCharsets.UTF_8);
        }
        return new PullException(answer.statusCode(), message);
    }
}
