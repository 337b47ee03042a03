package io.strata.runtime.network;

import io.strata.runtime.network.NetworkException.Reason;
import io.strata.runtime.network.NodeNetwork.Attachment;
import io.strata.runtime.network.NodeNetwork.Endpoint;
import io.strata.runtime.network.NodeNetwork.Request;
import io.strata.runtime.network.Wishes.Wish;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which networks a container is to have: what it was created with, and what was said about it since. */
final class Plan {
    private Plan() {}

    record Step(Network network, Wish wish) {}

    /** At least one network: {@code none} when every other was left. The first is the container's main one. */
    static List<Step> of(Request request, NetworkRegistry registry, Wishes wishes) throws IOException {
        List<Step> steps = new ArrayList<>();
        Network main = named(request.mode(), registry);
        add(steps, main, wish(main, request.attachments(), registry), wishes);
        if (main.bridged()) {
            for (Attachment attachment : request.attachments()) {
                Network network = named(attachment.network(), registry);
                add(steps, network, wish(network, List.of(attachment), registry), wishes);
            }
            for (Wish joined : wishes.joined()) {
                Optional<Network> there = registry.all().stream()
                        .filter(network -> network.id().equals(joined.networkId()))
                        .findFirst();
                if (there.isPresent()) {
                    add(steps, there.get(), joined, wishes);
                }
            }
        }
        if (steps.isEmpty()) {
            Network none = registry.standard(Network.NONE);
            steps.add(new Step(none, new Wish(none.id(), List.of(), "", "")));
        }
        return steps;
    }

    /** The docker command line calls the bridge {@code default} when nothing else was said. */
    private static Network named(String name, NetworkRegistry registry) throws NetworkException {
        return registry.find(name.equals("default") ? Network.BRIDGE : name);
    }

    private static void add(List<Step> steps, Network network, Wish wish, Wishes wishes) throws NetworkException {
        boolean again = steps.stream().anyMatch(step -> step.network().id().equals(network.id()));
        if (!again && !wishes.left().contains(network.id())) {
            check(network, wish);
            steps.add(new Step(network, wish));
        }
    }

    private static Wish wish(Network network, List<Attachment> attachments, NetworkRegistry registry)
            throws NetworkException {
        for (Attachment said : attachments) {
            if (named(said.network(), registry).id().equals(network.id())) {
                return new Wish(
                        network.id(),
                        said.aliases(),
                        said.ipAddress().orElse(""),
                        said.macAddress().orElse(""));
            }
        }
        return new Wish(network.id(), List.of(), "", "");
    }

    /** @throws NetworkException with Docker's words for what a network cannot give */
    static void check(Network network, Wish wish) throws NetworkException {
        if (!wish.ipAddress().isEmpty()) {
            if (network.predefined()) {
                throw new NetworkException(
                        Reason.INVALID, "user specified IP address is supported on user defined networks only");
            }
            if (!network.configured()) {
                throw new NetworkException(
                        Reason.INVALID,
                        "user specified IP address is supported only when connecting to networks with user configured subnets");
            }
            HostAddress.parse(wish.ipAddress());
        }
        if (!wish.aliases().isEmpty() && network.predefined()) {
            throw new NetworkException(
                    Reason.INVALID, "network-scoped alias is supported only for containers in user defined networks");
        }
        if (!wish.macAddress().isEmpty()) {
            Cabling.parseMac(wish.macAddress());
        }
    }

    /** The end in a network that has no addresses: host and none. */
    static Connection.Link without(Network network) {
        return new Connection.Link(
                network.id(),
                "",
                new Endpoint(network.name(), network.id(), Ids.random(), "", "", 0, "", "", List.of(), List.of()));
    }
}
