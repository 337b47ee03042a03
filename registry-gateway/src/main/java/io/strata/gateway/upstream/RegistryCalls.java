package io.strata.gateway.upstream;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * Sends calls to registries: answers their challenge once, follows their redirects as far as {@link AddressRules} allow,
 * and waits once when they ask for a moment of patience. {@code Authorization} goes to the registry's own origin only.
 */
@ApplicationScoped
class RegistryCalls {
    private static final int MAX_REDIRECTS = 5;
    /** A longer Retry-After is the caller's to wait for; Docker would not wait at all. */
    private static final Duration MAX_PATIENCE = Duration.ofSeconds(3);

    private final AddressRules rules;
    private final Transport transport;
    private final Tokens tokens;

    RegistryCalls(UpstreamConfig config, AddressRules rules) {
        this.rules = rules;
        this.transport = new Transport(config.connectTimeout(), config.answerTimeout());
        this.tokens = new Tokens(transport, rules);
    }

    @PreDestroy
    void close() {
        transport.close();
    }

    /** What a call came to, and from where: relative addresses in the answer start there. */
    record Answer(HttpResponse<InputStream> response, URI from) {
        int status() {
            return response.statusCode();
        }

        Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        InputStream body() {
            return response.body();
        }

        /** Reads what little is left, so that the connection can be used again. */
        void discard() {
            try (InputStream body = response.body()) {
                body.skipNBytes(Math.min(
                        response.headers().firstValueAsLong("Content-Length").orElse(0), 64 << 10));
            } catch (IOException cutAnyway) {
                // The answer is not wanted; nor is its end.
            }
        }
    }

    /**
     * @return the answer, whatever its status; the caller closes its body
     * @throws UpstreamException when there is none, or when it leads where this service does not go
     */
    Answer send(Call call) {
        return send(call, transport.answerTimeout());
    }

    /** @param patience how long until the answer's headers; for an upload its body's time is in it */
    Answer send(Call call, Duration patience) {
        rules.checkRegistry(call.endpoint());
        Answer answer = authorized(call, patience);
        if (answer.status() == 429 || answer.status() == 503) {
            Optional<Duration> wait =
                    RegistryErrors.retryAfter(answer.response()).filter(asked -> asked.compareTo(MAX_PATIENCE) <= 0);
            if (wait.isPresent() && call.onlyReads()) {
                answer.discard();
                pause(wait.get());
                return authorized(call, patience);
            }
        }
        return answer;
    }

    private Answer authorized(Call call, Duration patience) {
        Optional<String> authorization = tokens.ready(call);
        Answer answer = follow(call, authorization, patience);
        if (answer.status() != 401 || !AddressRules.sameOrigin(call.endpoint().base(), answer.from())) {
            return answer;
        }
        tokens.forget(call);
        Optional<String> better =
                tokens.answer(call, Challenge.parse(answer.response().headers().allValues("WWW-Authenticate")));
        if (better.isEmpty() || better.equals(authorization)) {
            return answer;
        }
        answer.discard();
        Answer second = follow(call, better, patience);
        if (second.status() == 401) {
            tokens.forget(call);
        }
        return second;
    }

    private Answer follow(Call call, Optional<String> authorization, Duration patience) {
        URI uri = call.uri();
        // What the registry itself told (an upload's location) may lie elsewhere from the start.
        boolean trusted = AddressRules.sameOrigin(call.endpoint().base(), uri);
        for (int hops = 0; hops <= MAX_REDIRECTS; hops++) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder().method(call.method(), call.body().get());
            call.headers().forEach(request::setHeader);
            if (trusted) {
                authorization.ifPresent(value -> request.setHeader("Authorization", value));
            }
            Answer answer = new Answer(transport.exchange(request, uri, call.method(), patience), uri);
            if (!isRedirect(call, answer.status())) {
                return answer;
            }
            answer.discard();
            URI target = target(uri, answer);
            rules.checkTarget("redirect", uri, target);
            trusted = trusted && AddressRules.sameOrigin(uri, target);
            uri = target;
        }
        throw new UpstreamException.Invalid(
                Addresses.shown(call.uri()) + " redirects more than " + MAX_REDIRECTS + " times");
    }

    private static boolean isRedirect(Call call, int status) {
        return status == 307 || status == 308 || call.onlyReads() && (status == 301 || status == 302 || status == 303);
    }

    private static URI target(URI from, Answer answer) {
        String location = answer.header("Location").orElse("");
        try {
            return from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new UpstreamException.Invalid(
                    "a redirect of " + from.getHost() + " has no address that can be read", e);
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UpstreamException.Unreachable("request canceled", e);
        }
    }
}
