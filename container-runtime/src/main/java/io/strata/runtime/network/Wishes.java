package io.strata.runtime.network;

import java.util.List;
import java.util.stream.Stream;

/**
 * What {@code docker network connect} and {@code disconnect} said about a container, beyond what it was created with; it
 * holds for each of its starts. {@code left} are ids of networks.
 */
record Wishes(List<Wish> joined, List<String> left) {
    static final Wishes NONE = new Wishes(List.of(), List.of());

    /** Empty strings: nothing asked for. */
    record Wish(String networkId, List<String> aliases, String ipAddress, String macAddress) {}

    Wishes join(Wish wish) {
        return new Wishes(
                Stream.concat(
                                joined.stream()
                                        .filter(other -> !other.networkId().equals(wish.networkId())),
                                Stream.of(wish))
                        .toList(),
                left.stream().filter(other -> !other.equals(wish.networkId())).toList());
    }

    Wishes leave(String networkId) {
        return new Wishes(
                joined.stream()
                        .filter(other -> !other.networkId().equals(networkId))
                        .toList(),
                Stream.concat(left.stream().filter(other -> !other.equals(networkId)), Stream.of(networkId))
                        .toList());
    }
}
