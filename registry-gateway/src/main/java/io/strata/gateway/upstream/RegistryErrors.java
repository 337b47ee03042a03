package io.strata.gateway.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.strata.oci.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Turns a registry's refusal into an {@link UpstreamException}, in the words of Docker's client of registries. */
final class RegistryErrors {
    private static final int MAX_BODY = 64 << 10;
    private static final int MAX_WORDS = 1_000;
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Map<Integer, String> REASONS = Map.of(
            400, "Bad Request",
            404, "Not Found",
            405, "Method Not Allowed",
            500, "Internal Server Error",
            502, "Bad Gateway",
            503, "Service Unavailable",
            504, "Gateway Timeout");

    private RegistryErrors() {}

    /** The refusal of a manifest that was to be pulled. */
    static UpstreamException ofManifest(HttpResponse<InputStream> answer, ImageReference reference) {
        Words words = read(answer);
        return switch (answer.statusCode()) {
            case 401, 403 ->
                new UpstreamException.NotFound("pull access denied for " + reference.familiarRepository()
                        + ", repository does not exist or may require 'docker login': "
                        + words.or(
                                answer.statusCode() == 401
                                        ? "unauthorized: authentication required"
                                        : "denied: requested access to the resource is denied"));
            case 404 ->
                words.code().equals("NAME_UNKNOWN")
                        ? new UpstreamException.NotFound(
                                "repository " + reference.familiarRepository() + " not found: " + words.text())
                        : new UpstreamException.NotFound("manifest for " + reference.familiar() + " not found: "
                                + words.or("manifest unknown: manifest unknown"));
            default -> of(answer.statusCode(), words, retryAfter(answer));
        };
    }

    /** Any other refusal. */
    static UpstreamException of(HttpResponse<InputStream> answer) {
        Words words = read(answer);
        return of(answer.statusCode(), words, retryAfter(answer));
    }

    private static UpstreamException of(int status, Words words, Optional<Duration> retryAfter) {
        return switch (status) {
            case 401 -> new UpstreamException.Unauthorized(words.or("unauthorized: authentication required"));
            case 403 -> new UpstreamException.Denied(words.or("denied: requested access to the resource is denied"));
            case 404 -> new UpstreamException.NotFound(words.or("not found"));
            case 429 -> new UpstreamException.RateLimited(words.or("toomanyrequests: too many requests"), retryAfter);
            default ->
                new UpstreamException.Failed(words.or("received unexpected HTTP status: " + status
                        + (REASONS.containsKey(status) ? " " + REASONS.get(status) : "")));
        };
    }

    /** {@code Retry-After} in seconds; the form with a date is not used by registries. */
    static Optional<Duration> retryAfter(HttpResponse<?> answer) {
        return answer.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("[0-9]{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)));
    }

    /** Reads the body, which may be long or endless, as far as it can matter; closes it. */
    private static Words read(HttpResponse<InputStream> answer) {
        try (InputStream body = answer.body()) {
            byte[] bytes = body.readNBytes(MAX_BODY);
            JsonNode document = JSON.readTree(bytes);
            JsonNode first = document.path("errors").path(0);
            if (first.isMissingNode() && document.path("details").isTextual()) {
                // Docker Hub's token service: {"details":"incorrect username or password"}
                return new Words("UNAUTHORIZED", clean(document.path("details").asText()));
            }
            return new Words(
                    clean(first.path("code").asText("")),
                    clean(first.path("message").asText("")));
        } catch (IOException notTheSpecsJson) {
            return new Words("", "");
        }
    }

    /** Somebody else's words: of one line, without control characters, and not endless. */
    private static String clean(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= MAX_WORDS ? line : line.substring(0, MAX_WORDS) + "…";
    }

    /** The first error of the body; {@code docker/distribution}'s errcode prints it as {@code manifest unknown: manifest unknown}. */
    private record Words(String code, String message) {
        String text() {
            String kind = code.toLowerCase(Locale.ROOT).replace('_', ' ');
            return message.isEmpty() ? kind : kind + ": " + message;
        }

        String or(String otherwise) {
            return code.isEmpty() ? otherwise : text();
        }
    }
}
