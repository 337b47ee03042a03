package io.strata.runtime.spec;

import java.nio.file.Path;

/**
 * Which namespaces a container has. The mount namespace is always its own; user namespaces other than the host's are
 * refused by whoever maps the Engine API here.
 *
 * @param ipc {@code --ipc container:x} also takes over that container's {@code /dev/shm}, through {@link Join}
 */
public record Namespaces(Namespace network, Namespace pid, Namespace ipc, Namespace uts, Namespace cgroup) {
    /** As Docker makes it by default: everything its own. Network: {@link Join} the namespace of {@code NodeNetwork}. */
    public static Namespaces own(Namespace network, boolean cgroupV2) {
        return new Namespaces(network, new Own(), new Own(), new Own(), cgroupV2 ? new Own() : new Host());
    }

    /** Where a container stands in one kind of namespace. */
    public sealed interface Namespace {}

    /** A new one. */
    public record Own() implements Namespace {}

    /** The node's. */
    public record Host() implements Namespace {}

    /** One that is there: {@code /proc/<pid>/ns/net}, {@code /run/netns/…}. */
    public record Join(Path path) implements Namespace {}
}
