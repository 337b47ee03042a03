package io.strata.gateway.upstream;

import java.net.URI;

/**
 * Where a registry's API is.
 *
 * @param domain as image names have it, e.g. {@code docker.io}
 * @param base without {@code /v2} and without a slash at its end
 * @param configured the operator named it in {@code STRATA_UPSTREAMS}
 */
public record Endpoint(String domain, URI base, boolean configured) {
    /** @param path beginning with a slash, e.g. {@code /v2/library/redis/manifests/latest}, with its query */
    URI resolve(String path) {
        return URI.create(base + path);
    }
}
