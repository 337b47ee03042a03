package io.strata.runtime.routing;

import io.strata.runtime.errors.EngineException;
import io.strata.runtime.http.Exchange;
import io.strata.runtime.http.Headers;
import io.strata.runtime.http.Hijacked;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One call of the Engine API: what was asked, decoded, and the ways to answer. */
public final class Call {
    private final Exchange exchange;
    private final ApiVersion version;
    private final Map<String, String> names;
    private final Query query;

    Call(Exchange exchange, ApiVersion version, Map<String, String> names) {
        this.exchange = exchange;
        this.version = version;
        this.names = names;
        this.query = new Query(exchange.request().query());
    }

    /** The headers that dockerd puts on every answer; the CLI takes the API version from them. */
    public static Headers commonHeaders() {
        return Headers.of(
                "Api-Version", ApiVersion.NEWEST.toString(),
                "Docker-Experimental", "false",
                "Ostype", "linux",
                "Server", "Strata (linux)");
    }

    /** The connection below, for relaying. */
    public Exchange exchange() {
        return exchange;
    }

    public ApiVersion version() {
        return version;
    }

    /** What stands for {@code {name}} in the route's pattern. */
    public String path(String name) {
        return names.get(name);
    }

    /** A query parameter; empty when absent or empty. */
    public Optional<String> query(String name) {
        return query.first(name).filter(value -> !value.isEmpty());
    }

    public List<String> queryAll(String name) {
        return query.all(name);
    }

    /** Go's {@code httputils.BoolValue}: anything but nothing, 0, no, false, none is true. */
    public boolean flag(String name) {
        String value = query.first(name).orElse("").strip().toLowerCase(java.util.Locale.ROOT);
        return !List.of("", "0", "no", "false", "none").contains(value);
    }

    /** {@link #flag} for a parameter that is true unless given otherwise. */
    public boolean flagUnlessFalse(String name) {
        return query.first(name).isEmpty() || flag(name);
    }

    /** @throws EngineException.InvalidInput when it is there and no whole number */
    public Optional<Long> number(String name) {
        return query(name).map(value -> {
            try {
                return Long.parseLong(value);
            } catch (NumberFormatException e) {
                throw new EngineException.InvalidInput(
                        "strconv.Atoi: parsing \"" + value + "\": invalid syntax in " + name);
            }
        });
    }

    public Filters filters() {
        return Filters.parse(query.first("filters").orElse(""));
    }

    public Optional<String> header(String name) {
        return exchange.request().headers().first(name);
    }

    /** The request's body as it comes. */
    public InputStream body() {
        return exchange.request().body();
    }

    /** The request's body as JSON. */
    public <T> T body(Class<T> type) throws IOException {
        return EngineJson.read(body(), type);
    }

    /** The request's body as JSON, if there is one. */
    public <T> Optional<T> optionalBody(Class<T> type) throws IOException {
        byte[] bytes = body().readNBytes((8 << 20) + 1);
        return bytes.length == 0 ? Optional.empty() : Optional.of(EngineJson.read(bytes, type));
    }

    public void json(int status, Object value) throws IOException {
        respond(status, "application/json", (EngineJson.text(value) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    public void text(int status, String text) throws IOException {
        respond(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** A status without a body: 204, 304, or 200 to HEAD. */
    public void empty(int status) throws IOException {
        exchange.respond(status, commonHeaders(), new byte[0]);
    }

    public void respond(int status, String contentType, byte[] body) throws IOException {
        exchange.respond(status, commonHeaders().add("Content-Type", contentType), body);
    }

    /** Sends {@code headers} beside the common ones and no body. */
    public void headersOnly(int status, Map<String, String> headers) throws IOException {
        Headers all = commonHeaders();
        headers.forEach(all::add);
        exchange.respond(status, all, new byte[0]);
    }

    /** An answer in pieces: the head goes at once, each write as it is made. Close it to end the answer. */
    public OutputStream stream(String contentType, Map<String, String> headers) throws IOException {
        Headers all = commonHeaders().add("Content-Type", contentType);
        headers.forEach(all::add);
        return exchange.stream(200, all);
    }

    public OutputStream stream(String contentType) throws IOException {
        return stream(contentType, Map.of());
    }

    /** Takes the connection over; see {@link Exchange#hijack}. */
    public Hijacked hijack(String contentType) throws IOException {
        return exchange.hijack(contentType);
    }

    /** Runs {@code action} when the client goes before the answer is complete; the body must have been read. */
    public void whenGone(Runnable action) {
        exchange.whenGone(action);
    }
}
