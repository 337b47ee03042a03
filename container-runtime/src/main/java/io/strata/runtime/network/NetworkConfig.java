package io.strata.runtime.network;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** Networks of this node. The environment's names are in application.properties. */
@ConfigMapping(prefix = "strata.network")
public interface NetworkConfig {
    /**
     * {@code STRATA_NETWORK_SUBNET}: the default network's IPv4 range, e.g. {@code 172.17.0.0/16}. Without it the first of
     * 172.17.0.0/16 to 172.31.0.0/16 that no route of this machine leads to.
     */
    Optional<String> subnet();

    /** {@code STRATA_NETWORK_MTU}: bytes; smaller than 1500 when the machine's own network is a tunnel. */
    @WithDefault("1500")
    int mtu();

    /**
     * {@code STRATA_NETWORK_PREPARED}: namespaces made ahead, each connected to the default network, so that a start does
     * not wait for them. Each costs about 100 KiB of kernel memory. 0: none.
     */
    @WithDefault("4")
    int prepared();

    /** Whether the namespaces are made when the service starts, rather than when the first container does. */
    @WithDefault("true")
    boolean prepareAtStart();
}
