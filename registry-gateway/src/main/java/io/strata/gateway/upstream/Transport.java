package io.strata.gateway.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;

/** The JDK's HTTP client with Docker's words for what fails. It follows no redirect and knows no credentials. */
final class Transport implements AutoCloseable {
    private final HttpClient http;
    private final Duration answerTimeout;

    Transport(Duration connectTimeout, Duration answerTimeout) {
        this.answerTimeout = answerTimeout;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout)
                .build();
    }

    /**
     * @param patience how long the answer's headers may take, counted from the request's first byte
     * @return the answer whatever its status; the caller closes its body
     */
    HttpResponse<InputStream> exchange(HttpRequest.Builder request, URI uri, String method, Duration patience) {
        try {
            return http.send(
                    request.uri(uri)
                            .timeout(patience)
                            .setHeader("User-Agent", "strata/0.1")
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(method, uri, "request canceled", e);
        } catch (HttpConnectTimeoutException e) {
            throw failed(
                    method,
                    uri,
                    "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
                    e);
        } catch (HttpTimeoutException e) {
            throw failed(method, uri, "context deadline exceeded (Client.Timeout exceeded while awaiting headers)", e);
        } catch (ConnectException e) {
            throw failed(method, uri, connecting(uri, e), e);
        } catch (IOException e) {
            throw failed(method, uri, reason(e), e);
        } catch (IllegalArgumentException e) {
            throw new UpstreamException.Invalid("cannot ask " + Addresses.shown(uri) + ": " + e.getMessage(), e);
        }
    }

    Duration answerTimeout() {
        return answerTimeout;
    }

    private static UpstreamException failed(String method, URI uri, String why, Exception cause) {
        String verb = method.charAt(0) + method.substring(1).toLowerCase(Locale.ROOT);
        return new UpstreamException.Unreachable(verb + " \"" + Addresses.shown(uri) + "\": " + why, cause);
    }

    private static String connecting(URI uri, ConnectException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "dial tcp: lookup " + uri.getHost() + ": no such host";
            }
        }
        return "dial tcp " + uri.getAuthority() + ": connect: "
                + (e.getMessage() == null ? "connection refused" : reason(e).toLowerCase(Locale.ROOT));
    }

    private static String reason(IOException e) {
        return e.getMessage() == null || e.getMessage().isBlank() ? "EOF" : e.getMessage();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
