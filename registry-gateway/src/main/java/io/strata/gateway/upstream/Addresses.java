package io.strata.gateway.upstream;

import java.net.URI;

/** How addresses are shown: presigned ones carry secrets in their query, so that is left out. */
final class Addresses {
    private Addresses() {}

    static String shown(URI uri) {
        String authority =
                uri.getRawAuthority() == null ? "" : uri.getRawAuthority().replaceFirst("^.*@", "");
        return (uri.getScheme() == null ? "" : uri.getScheme() + "://")
                + authority
                + (uri.getRawPath() == null ? "" : uri.getRawPath());
    }
}
