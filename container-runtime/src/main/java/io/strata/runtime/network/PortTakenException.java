package io.strata.runtime.network;

/** A host port that somebody else listens on; 500 in the Engine API, with Docker's words. */
public final class PortTakenException extends NetworkException {
    private static final long serialVersionUID = 1L;

    public PortTakenException(String containerName, String endpointId, String hostIp, int port) {
        super(
                Reason.FAILED,
                "driver failed programming external connectivity on endpoint " + containerName + " (" + endpointId
                        + "): Bind for " + hostIp + ":" + port + " failed: port is already allocated");
    }
}
