package io.strata.gateway.upstream;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How other registries are reached. The environment's names are in application.properties. */
@ConfigMapping(prefix = "strata.upstream")
public interface UpstreamConfig {
    /**
     * {@code STRATA_UPSTREAMS}: {@code docker.io=http://127.0.0.1:5000,quay.io=https://mirror/quay}: where a registry's names are
     * fetched from and pushed to. A name that is not here: Docker Hub is registry-1.docker.io, a loopback host is spoken to
     * by http, every other by https under its own name. Unreadable values stop the start.
     */
    Optional<String> registries();

    /**
     * {@code STRATA_UPSTREAM_ALLOW}: hosts ({@code host} or {@code host:port}) on private, loopback or link-local addresses that a token realm,
     * a redirect or a {@code ?ns=} may lead to. Empty, as what another registry answers must not open this network.
     */
    Optional<List<String>> allow();

    /** How long a connection may take to be made. */
    @WithDefault("10s")
    Duration connectTimeout();

    /** How long the headers of an answer may take. Docker's client waits 15–30 s. */
    @WithDefault("30s")
    Duration answerTimeout();

    /** How long a body may stay silent before it counts as cut. */
    @WithDefault("30s")
    Duration stallTimeout();

    /** {@code STRATA_SEARCH}: the registry that {@code docker search} without a registry asks; Docker's own by default. */
    @WithDefault("https://index.docker.io")
    String search();
}
