package io.strata.runtime.relay;

import io.strata.runtime.errors.EngineException;
import io.strata.runtime.http.Headers;
import io.strata.runtime.http.Request;
import io.strata.runtime.routing.Call;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;

/**
 * Hands a call of the Engine API to the service that owns what it is about, and the answer back as it comes: status and
 * body are the owner's. The version prefix is taken off and told in {@code X-Strata-Api-Version}.
 */
@ApplicationScoped
public class Relay {
    /** More than this is not collected before it is sent on. */
    private static final int SMALL = 256 << 10;

    private static final Set<String> REQUEST_HEADERS =
            Set.of("accept", "content-type", "x-registry-auth", "x-registry-config");
    private static final Set<String> ANSWERS_OWN = Set.of(
            "connection", "transfer-encoding", "content-length", "keep-alive", "date", "server", "upgrade", "trailer");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(3))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    /** One more query parameter. */
    public record Parameter(String name, String value) {}

    /**
     * Answers {@code call} with what {@code service} answers.
     *
     * @param name of the service, for the message when it is away
     * @param more query parameters beside the caller's
     * @throws EngineException.Unavailable when the service does not answer
     */
    public void pass(Call call, URI service, String name, Parameter... more) throws IOException {
        HttpRequest request = request(call, service, List.of(more));
        if (request.bodyPublisher().map(BodyPublisher::contentLength).orElse(0L) == 0) {
            // Only then does the connection tell that the client went.
            call.whenGone(Thread.currentThread()::interrupt);
        }
        Optional<HttpResponse<InputStream>> answer = send(request, service, name);
        if (answer.isPresent()) {
            try (InputStream body = answer.get().body()) {
                answer(call, answer.get(), body);
            }
        }
    }

    /** Empty when the client went: then there is nobody to answer. */
    private Optional<HttpResponse<InputStream>> send(HttpRequest request, URI service, String name) {
        try {
            return Optional.of(http.send(request, BodyHandlers.ofInputStream()));
        } catch (InterruptedException clientWent) {
            return Optional.empty();
        } catch (IOException e) {
            throw unavailable(service, name, e);
        }
    }

    /** What the user is told when {@code service} is away. */
    public static EngineException.Unavailable unavailable(URI service, String name, IOException cause) {
        String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new EngineException.Unavailable(
                name + " at " + service + " does not answer (" + why + "): see whether it runs, then try again", cause);
    }

    private static HttpRequest request(Call call, URI service, List<Parameter> more) {
        Request received = call.exchange().request();
        HttpRequest.Builder request = HttpRequest.newBuilder(target(received, service, more))
                .header("X-Strata-Api-Version", call.version().toString())
                .method(received.method(), body(received));
        for (Headers.Field field : received.headers().fields()) {
            if (REQUEST_HEADERS.contains(field.name().toLowerCase(Locale.ROOT))) {
                request.header(field.name(), field.value());
            }
        }
        return request.build();
    }

    private static URI target(Request received, URI service, List<Parameter> more) {
        String path = received.path().replaceFirst("^/v[0-9.]+/", "/");
        StringBuilder query = new StringBuilder(received.query());
        for (Parameter parameter : more) {
            query.append(query.isEmpty() ? "" : "&")
                    .append(encoded(parameter.name()))
                    .append('=')
                    .append(encoded(parameter.value()));
        }
        String base = service.toString().replaceFirst("/$", "");
        try {
            return URI.create(base + path + (query.isEmpty() ? "" : "?" + query));
        } catch (IllegalArgumentException e) {
            throw new EngineException.InvalidInput("malformed address " + path);
        }
    }

    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static BodyPublisher body(Request received) {
        long length = received.headers()
                .first("Content-Length")
                .map(Long::parseLong)
                .orElseGet(() -> received.headers().first("Transfer-Encoding").isPresent() ? -1L : 0L);
        if (length == 0) {
            return BodyPublishers.noBody();
        }
        BodyPublisher content = BodyPublishers.ofInputStream(received::body);
        return length < 0 ? content : BodyPublishers.fromPublisher(content, length);
    }

    private static void answer(Call call, HttpResponse<InputStream> answer, InputStream body) throws IOException {
        Headers headers = new Headers();
        for (Map.Entry<String, List<String>> header : answer.headers().map().entrySet()) {
            if (!ANSWERS_OWN.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                header.getValue().forEach(value -> headers.add(header.getKey(), value));
            }
        }
        for (Headers.Field common : Call.commonHeaders().fields()) {
            if (headers.first(common.name()).isEmpty()) {
                headers.add(common.name(), common.value());
            }
        }
        long length = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
        if (answer.statusCode() == 204 || answer.statusCode() == 304 || length >= 0 && length <= SMALL) {
            call.exchange().respond(answer.statusCode(), headers, body.readAllBytes());
            return;
        }
        OutputStream out = call.exchange().stream(answer.statusCode(), headers);
        copy(body, out);
        // Only now: closing after a failure would pass a part off as the whole.
        out.close();
    }

    /** A read gives what has come, and it goes on at once: progress is seen as it happens. */
    private static void copy(InputStream body, OutputStream out) throws IOException {
        byte[] buffer = new byte[64 << 10];
        int read;
        while ((read = body.read(buffer)) >= 0) {
            out.write(buffer, 0, read);
        }
    }
}
