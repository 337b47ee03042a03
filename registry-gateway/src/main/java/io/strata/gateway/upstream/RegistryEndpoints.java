package io.strata.gateway.upstream;

import io.quarkus.runtime.Startup;
import io.strata.oci.ImageReference;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Which address a registry's name means; read once, at the start, so that a wrong {@code STRATA_UPSTREAMS} stops it. */
@Startup
@ApplicationScoped
public class RegistryEndpoints {
    private static final String DOCKER_HUB = "https://registry-1.docker.io";
    private static final Pattern LOOPBACK =
            Pattern.compile("(?:localhost|127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}|\\[::1])(?::[0-9]+)?");

    private final Map<String, URI> configured;

    RegistryEndpoints(UpstreamConfig config) {
        this.configured = parse(config.registries().orElse(""));
    }

    private static Map<String, URI> parse(String text) {
        Map<String, URI> found = new HashMap<>();
        for (String entry : text.split(",", -1)) {
            if (entry.isBlank()) {
                continue;
            }
            int equals = entry.indexOf('=');
            String domain = equals < 0 ? "" : entry.substring(0, equals).trim();
            if (domain.isEmpty()) {
                throw new IllegalArgumentException("STRATA_UPSTREAMS: \"" + entry
                        + "\" is not registry=address, e.g. docker.io=http://127.0.0.1:5000");
            }
            URI before =
                    found.put(domain, address(entry, entry.substring(equals + 1).trim()));
            if (before != null) {
                throw new IllegalArgumentException("STRATA_UPSTREAMS names " + domain + " twice");
            }
        }
        return Map.copyOf(found);
    }

    private static URI address(String entry, String text) {
        try {
            URI address = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
            if (address.getHost() != null
                    && (scheme.equals("http") || scheme.equals("https"))
                    && address.getUserInfo() == null
                    && address.getQuery() == null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "STRATA_UPSTREAMS: \"" + entry + "\" has no address that can be read", e);
        }
        throw new IllegalArgumentException(
                "STRATA_UPSTREAMS: \"" + entry + "\" needs an address as http://host:port or https://host");
    }

    public Endpoint of(String domain) {
        URI named = configured.get(domain);
        if (named != null) {
            return new Endpoint(domain, named, true);
        }
        if (domain.equals(ImageReference.DEFAULT_DOMAIN)) {
            return new Endpoint(domain, URI.create(DOCKER_HUB), false);
        }
        String scheme = LOOPBACK.matcher(domain).matches() ? "http://" : "https://";
        return new Endpoint(domain, URI.create(scheme + domain), false);
    }
}
