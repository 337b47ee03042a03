package io.strata.gateway.spool;

import io.strata.gateway.streams.CallerWatch;
import io.strata.oci.Digest;
import io.strata.oci.InvalidDigestException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code GET /spool/{digest}} with {@code Range: bytes=N-}: a blob while it is fetched (docs/architecture.md). On Vert.x itself, as the headers have to go out
 * before the first byte of the blob is there, and the bytes in pieces larger than the framework's.
 */
@ApplicationScoped
public class SpoolResource {
    private static final Pattern FROM = Pattern.compile("bytes=([0-9]{1,18})-");
    private static final int BUFFER = 256 << 10;

    private final Spool spool;

    SpoolResource(Spool spool) {
        this.spool = spool;
    }

    void route(@Observes Router router) {
        router.get("/spool/:digest")
                .handler(exchange -> Thread.ofVirtual().name("spool-reader").start(() -> answer(exchange)));
    }

    private void answer(RoutingContext exchange) {
        Digest digest;
        try {
            digest = Digest.parse(exchange.pathParam("digest"));
        } catch (InvalidDigestException e) {
            problem(exchange, 400, "Bad Request", e.getMessage());
            return;
        }
        Optional<Spool.Reading> reading = spool.find(digest);
        if (reading.isEmpty()) {
            problem(exchange, 404, "Not Found", "nobody is fetching " + digest);
            return;
        }
        try (CallerWatch watch = CallerWatch.of(exchange);
                Spool.Hold hold = reading.get().hold()) {
            send(exchange, hold, reading.get().size());
        } catch (IOException e) {
            // The length was announced: cutting the connection is how the reader hears that it does not come.
            exchange.request().connection().close();
        }
    }

    private static void send(RoutingContext exchange, Spool.Hold hold, long size) throws IOException {
        HttpServerResponse response = exchange.response();
        long offset = from(exchange.request().getHeader("Range"));
        if (offset > 0 && offset >= size) {
            response.putHeader("Content-Range", "bytes */" + size);
            problem(exchange, 416, "Range Not Satisfiable", "the blob has " + size + " bytes");
            return;
        }
        if (offset > 0) {
            response.setStatusCode(206).putHeader("Content-Range", "bytes " + offset + "-" + (size - 1) + "/" + size);
        }
        response.putHeader("Content-Type", "application/octet-stream")
                .putHeader("Content-Length", String.valueOf(size - offset));
        try (InputStream content = hold.open(offset)) {
            Future<Void> sent = response.write(Buffer.buffer());
            byte[] buffer = new byte[BUFFER];
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                await(sent);
                sent = response.write(Buffer.buffer(read).appendBytes(buffer, 0, read));
            }
            await(sent);
            await(response.end());
        }
    }

    /** One piece is on its way while the next is read. */
    private static void await(Future<Void> sent) throws IOException {
        try {
            sent.toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new IOException("the reader has gone", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the reader has gone", e);
        }
    }

    /** A range of another form is not taken up, which RFC 9110 allows. */
    private static long from(String range) {
        Matcher from = FROM.matcher(range == null ? "" : range);
        return from.matches() ? Long.parseLong(from.group(1)) : 0;
    }

    private static void problem(RoutingContext exchange, int status, String title, String detail) {
        exchange.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/problem+json")
                .end(new JsonObject()
                        .put("type", "about:blank")
                        .put("title", title)
                        .put("status", status)
                        .put("detail", detail)
                        .encode());
    }
}
