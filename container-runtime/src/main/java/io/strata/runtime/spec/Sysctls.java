package io.strata.runtime.spec;

import io.strata.runtime.errors.EngineException;
import io.strata.runtime.spec.Namespaces.Host;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Docker's settings of a network namespace, the domain name, and the user's. */
final class Sysctls {
    private Sysctls() {}

    static Map<String, String> of(ContainerSpec spec) {
        Map<String, String> sysctls = new TreeMap<>();
        boolean ownNetwork = !(spec.namespaces().network() instanceof Host);
        if (ownNetwork) {
            // ping without CAP_NET_RAW, and ports below 1024 without CAP_NET_BIND_SERVICE
            putIfThere(sysctls, "net.ipv4.ping_group_range", "0 2147483647");
            putIfThere(sysctls, "net.ipv4.ip_unprivileged_port_start", "0");
        }
        if (!spec.domainname().isEmpty()) {
            if (spec.namespaces().uts() instanceof Host) {
                throw new EngineException.InvalidInput("conflicting options: domainname and the host's UTS namespace");
            }
            sysctls.put("kernel.domainname", spec.domainname());
        }
        sysctls.putAll(spec.sysctls());
        return sysctls;
    }

    private static void putIfThere(Map<String, String> sysctls, String name, String value) {
        if (Files.exists(Path.of("/proc/sys", name.replace('.', '/')))) {
            sysctls.put(name, value);
        }
    }
}
