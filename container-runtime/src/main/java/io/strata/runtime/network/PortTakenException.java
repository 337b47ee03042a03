package io.strata.runtime.network;

import java.io.IOException;

/** A host port that somebody else listens on. */
public final class PortTakenException extends IOException {
    private static final long serialVersionUID = 1L;

    public PortTakenException(String hostIp, int port, String protocol) {
        super("Bind for " + hostIp + ":" + port + " failed: port is already allocated (" + protocol + ")");
    }
}
