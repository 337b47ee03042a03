package io.strata.runtime.spec;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What the container may, in the Engine API's words ({@code HostConfig}).
 *
 * @param privileged        {@code --privileged}: every capability and device we have, no seccomp, nothing masked
 * @param capAdd            with or without {@code CAP_}, any case, {@code ALL}
 * @param capDrop           likewise
 * @param securityOpt       {@code no-new-privileges[:true|false]}, {@code seccomp=unconfined|<JSON>},
 *                          {@code apparmor=…}, {@code label=…}, {@code systempaths=unconfined}, {@code writable-cgroups=…}
 * @param devices           {@code --device}
 * @param deviceCgroupRules {@code c 1:3 rwm}
 * @param readonlyRootfs    {@code --read-only}
 * @param maskedPaths       empty: Docker's own; an empty list: none
 * @param readonlyPaths     likewise
 */
public record Privileges(
        boolean privileged,
        List<String> capAdd,
        List<String> capDrop,
        List<String> securityOpt,
        List<DeviceMapping> devices,
        List<String> deviceCgroupRules,
        boolean readonlyRootfs,
        Optional<List<String>> maskedPaths,
        Optional<List<String>> readonlyPaths) {
    /** What a container has when nobody says anything. */
    public static final Privileges DEFAULT = new Privileges(
            false, List.of(), List.of(), List.of(), List.of(), List.of(), false, Optional.empty(), Optional.empty());

    public Privileges {
        capAdd = List.copyOf(capAdd);
        capDrop = List.copyOf(capDrop);
        securityOpt = List.copyOf(securityOpt);
        devices = List.copyOf(devices);
        deviceCgroupRules = List.copyOf(deviceCgroupRules);
        maskedPaths = maskedPaths.map(List::copyOf);
        readonlyPaths = readonlyPaths.map(List::copyOf);
    }

    /** Refuses what cannot be, before a container is made of it; nothing else happens. */
    public void check() throws IOException {
        Capabilities.of(this);
        SecurityOptions security = SecurityOptions.of(securityOpt);
        SeccompProfile.of(security.seccomp(), List.of());
        Devices.checkRules(deviceCgroupRules);
    }

    Privileges asPrivileged() {
        return new Privileges(
                true,
                capAdd,
                capDrop,
                securityOpt,
                devices,
                deviceCgroupRules,
                readonlyRootfs,
                maskedPaths,
                readonlyPaths);
    }

    /** {@code access} is made of {@code r}, {@code w} and {@code m}; empty for all three. */
    public record DeviceMapping(String pathOnHost, String pathInContainer, String access) {}
}
