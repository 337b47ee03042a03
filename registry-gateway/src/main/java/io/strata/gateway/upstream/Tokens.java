package io.strata.gateway.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Answers a registry's challenge (distribution, "Token Authentication Specification"): {@code Basic} with the caller's name, or {@code Bearer}
 * with a token of the realm, which is kept until it ends, apart for each scope and caller.
 */
final class Tokens {
    private static final int MAX_ANSWER = 1 << 20;
    private static final int MAX_HELD = 4_096;
    private static final Duration DEFAULT_LIFE = Duration.ofSeconds(60);
    private static final Duration BASIC_LIFE = Duration.ofMinutes(5);
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private record Key(URI registry, String caller, Scope scope) {}

    private record Held(String header, Instant until) {}

    private final Transport transport;
    private final AddressRules rules;
    private final Map<Key, Held> held = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Held> eldest) {
            return size() > MAX_HELD;
        }
    };

    Tokens(Transport transport, AddressRules rules) {
        this.transport = transport;
        this.rules = rules;
    }

    /** The {@code Authorization} that this call is known to need. */
    Optional<String> ready(Call call) {
        Optional<String> given = call.credentials().registryToken().map(token -> "Bearer " + token);
        if (given.isPresent()) {
            return given;
        }
        synchronized (held) {
            Held found = held.get(key(call));
            return found != null && Instant.now().isBefore(found.until())
                    ? Optional.of(found.header())
                    : Optional.empty();
        }
    }

    /**
     * The {@code Authorization} that a 401 asks for.
     *
     * @return empty when there is none to be had, which makes the 401 final
     * @throws UpstreamException when the realm refuses, or is not to be asked
     */
    Optional<String> answer(Call call, List<Challenge> challenges) {
        if (call.credentials().registryToken().isPresent()) {
            return Optional.empty();
        }
        for (Challenge challenge : challenges) {
            Optional<Held> found =
                    switch (challenge.scheme()) {
                        case "bearer" -> Optional.of(bearer(call, challenge));
                        case "basic" ->
                            call.credentials()
                                    .basic()
                                    .map(header ->
                                            new Held(header, Instant.now().plus(BASIC_LIFE)));
                        default -> Optional.empty();
                    };
            if (found.isPresent()) {
                synchronized (held) {
                    held.put(key(call), found.get());
                }
                return found.map(Held::header);
            }
        }
        return Optional.empty();
    }

    void forget(Call call) {
        synchronized (held) {
            held.remove(key(call));
        }
    }

    private static Key key(Call call) {
        return new Key(call.endpoint().base(), call.credentials().fingerprint(), call.scope());
    }

    private Held bearer(Call call, Challenge challenge) {
        URI registry = call.endpoint().base();
        URI realm;
        try {
            realm = URI.create(challenge.parameter("realm").orElse(""));
        } catch (IllegalArgumentException e) {
            throw new UpstreamException.Invalid("the token realm of " + registry.getHost() + " is no address", e);
        }
        rules.checkTarget("token realm", registry, realm);
        Instant asked = Instant.now();
        HttpResponse<InputStream> answer = call.credentials().identityToken().isPresent()
                ? refresh(call, challenge, realm)
                : get(call, challenge, realm);
        if (answer.statusCode() != 200) {
            throw RegistryErrors.of(answer);
        }
        JsonNode json = read(answer, realm);
        String token = json.path("token").asText(json.path("access_token").asText(""));
        if (!TOKEN.matcher(token).matches()) {
            throw new UpstreamException.Invalid(
                    "the token realm " + Addresses.shown(realm) + " answered without a token");
        }
        Duration life = Duration.ofSeconds(json.path("expires_in").asLong(DEFAULT_LIFE.toSeconds()));
        // A token ends in the registry's eyes; a tenth of its life is room for clocks and for the way.
        return new Held("Bearer " + token, asked.plus(life.minus(life.dividedBy(10))));
    }

    private HttpResponse<InputStream> get(Call call, Challenge challenge, URI realm) {
        StringBuilder query = new StringBuilder();
        challenge.parameter("service").ifPresent(service -> add(query, "service", service));
        call.scope().parts().forEach(part -> add(query, "scope", part));
        call.credentials()
                .basic()
                .ifPresent(basic -> add(query, "account", call.credentials().username()));
        String separator = realm.getRawQuery() == null ? "?" : "&";
        URI uri = query.isEmpty() ? realm : URI.create(realm + separator + query);
        HttpRequest.Builder request = HttpRequest.newBuilder().GET();
        call.credentials().basic().ifPresent(basic -> request.header("Authorization", basic));
        return transport.exchange(request, uri, "GET", transport.answerTimeout());
    }

    private HttpResponse<InputStream> refresh(Call call, Challenge challenge, URI realm) {
        StringBuilder form = new StringBuilder();
        add(form, "grant_type", "refresh_token");
        add(form, "refresh_token", call.credentials().identityToken().orElseThrow());
        add(form, "client_id", "strata");
        challenge.parameter("service").ifPresent(service -> add(form, "service", service));
        add(form, "scope", call.scope().toString());
        HttpRequest.Builder request = HttpRequest.newBuilder()
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form.toString()));
        return transport.exchange(request, realm, "POST", transport.answerTimeout());
    }

    private static void add(StringBuilder to, String name, String value) {
        to.append(to.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    private static JsonNode read(HttpResponse<InputStream> answer, URI realm) {
        try (InputStream body = answer.body()) {
            return JSON.readTree(body.readNBytes(MAX_ANSWER));
        } catch (IOException e) {
            throw new UpstreamException.Invalid(
                    "the token realm " + Addresses.shown(realm) + " did not answer JSON", e);
        }
    }
}
