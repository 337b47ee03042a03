package io.strata.runtime.network;

import io.strata.runtime.network.NodeNetwork.PortRequest;

/** A host port that cannot be had; 500 in the Engine API, with Docker's words. */
public final class PortTakenException extends NetworkException {
    private static final long serialVersionUID = 1L;

    private PortTakenException(String containerName, String endpointId, String why) {
        super(
                Reason.FAILED,
                "failed to set up container networking: driver failed programming external connectivity on endpoint "
                        + containerName + " (" + endpointId + "): " + why);
    }

    /** Another container of this node has it. */
    static PortTakenException allocated(String containerName, String endpointId, PortRequest request) {
        return new PortTakenException(
                containerName,
                endpointId,
                "Bind for " + host(request) + ":" + request.hostPort() + " failed: port is already allocated");
    }

    /** Somebody else on this machine has it, or the machine refuses it: {@code why} is the system's word. */
    static PortTakenException refused(
            String containerName, String endpointId, PortRequest request, String containerAddress, String why) {
        return new PortTakenException(
                containerName,
                endpointId,
                "failed to bind host port for " + host(request) + ":" + request.hostPort() + ":" + containerAddress
                        + ":" + request.containerPort() + "/" + request.protocol() + ": " + why);
    }

    private static String host(PortRequest request) {
        if (request.hostIp().isEmpty()) {
            return "0.0.0.0";
        }
        return request.hostIp().contains(":") ? "[" + request.hostIp() + "]" : request.hostIp();
    }
}
