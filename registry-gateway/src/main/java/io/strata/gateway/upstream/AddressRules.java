package io.strata.gateway.upstream;

import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where a registry's answers may send this service (CVE-2026-33540, CVE-2026-48978, CVE-2026-50151). Never to http after https; never to an
 * address more inner than the registry's own, and never to link-local ones, unless the operator allowed the host.
 */
@ApplicationScoped
class AddressRules {
    private final Set<String> allowed;

    AddressRules(UpstreamConfig config) {
        this.allowed = config.allow().orElse(List.of()).stream()
                .map(host -> host.trim().toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Checks the registry itself.
     *
     * @throws UpstreamException.Refused on a link-local address that the operator did not name
     */
    void checkRegistry(Endpoint endpoint) {
        if (!endpoint.configured() && !isAllowed(endpoint.base()) && reach(endpoint.base()) == Reach.LINK_LOCAL) {
            throw new UpstreamException.Refused("the registry " + endpoint.domain()
                    + " is on a link-local address, which this service does not ask (STRATA_UPSTREAM_ALLOW)");
        }
    }

    /** Whether anonymous callers of {@code /v2/} may have this registry asked. */
    boolean isOpenToAll(Endpoint endpoint) {
        return endpoint.configured() || isAllowed(endpoint.base()) || reach(endpoint.base()) == Reach.PUBLIC;
    }

    /**
     * Checks where an answer leads.
     *
     * @param what for the message: {@code token realm}, {@code redirect}, {@code upload location}
     * @param from the address whose answer it was
     * @throws UpstreamException.Refused when it is not to be followed
     */
    void checkTarget(String what, URI from, URI target) {
        String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
        if (target.getHost() == null || !scheme.equals("http") && !scheme.equals("https")) {
            throw refused(what, from, target, "it is no http address");
        }
        if (target.getUserInfo() != null) {
            throw refused(what, from, target, "it carries credentials");
        }
        if ("https".equalsIgnoreCase(from.getScheme()) && scheme.equals("http")) {
            throw refused(what, from, target, "it leads from https to http");
        }
        if (isAllowed(target) || sameOrigin(from, target)) {
            return;
        }
        Reach reach = reach(target);
        if (reach == Reach.LINK_LOCAL || reach.compareTo(reach(from)) > 0) {
            throw refused(what, from, target, "it leads to a " + name(reach) + " address (STRATA_UPSTREAM_ALLOW)");
        }
    }

    static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    private boolean isAllowed(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        return allowed.contains(host) || allowed.contains(host + ":" + port(uri));
    }

    private static Reach reach(URI uri) {
        try {
            return Reach.of(InetAddress.getAllByName(uri.getHost()));
        } catch (UnknownHostException e) {
            throw new UpstreamException.Unreachable(
                    "Get \"" + Addresses.shown(uri) + "\": dial tcp: lookup " + uri.getHost() + ": no such host", e);
        }
    }

    private static UpstreamException.Refused refused(String what, URI from, URI target, String why) {
        return new UpstreamException.Refused(
                "the " + what + " of " + from.getHost() + ", " + Addresses.shown(target) + ", is not followed: " + why);
    }

    private static String name(Reach reach) {
        return reach.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
