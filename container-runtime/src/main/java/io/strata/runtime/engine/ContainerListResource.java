package io.strata.runtime.engine;

import io.strata.oci.Digest;
import io.strata.runtime.containers.Container;
import io.strata.runtime.containers.Containers;
import io.strata.runtime.containers.Removals;
import io.strata.runtime.containers.Timestamps;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.images.NodeImages;
import io.strata.runtime.network.NodeNetwork.Connected;
import io.strata.runtime.routing.Call;
import io.strata.runtime.routing.EngineRoutes;
import io.strata.runtime.routing.Filters;
import io.strata.runtime.routing.Router;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code GET /containers/json} and {@code POST /containers/prune}. */
@ApplicationScoped
public class ContainerListResource implements EngineRoutes {
    private final Containers containers;
    private final Removals removals;
    private final NodeImages images;
    private final NodeFacts facts;

    ContainerListResource(Containers containers, Removals removals, NodeImages images, NodeFacts facts) {
        this.containers = containers;
        this.removals = removals;
        this.images = images;
        this.facts = facts;
    }

    @Override
    public void register(Router router) {
        router.get("/containers/json", this::list);
        router.post("/containers/prune", this::prune);
    }

    private void list(Call call) throws IOException {
        ContainerFilters filters = new ContainerFilters(call.filters(), containers::find, this::imageId);
        long limit = call.number("limit").filter(n -> n > 0).orElse(Long.MAX_VALUE);
        boolean all = call.flag("all") || filters.everyState() || limit != Long.MAX_VALUE;
        List<Map<String, Object>> listed = new ArrayList<>();
        for (Container container : containers.all()) {
            if (listed.size() >= limit) {
                break;
            }
            if (!all && !container.state().alive()) {
                continue;
            }
            Optional<Connected> connected = facts.connected(container);
            ContainerFilters.Seen seen = new ContainerFilters.Seen(
                    container,
                    facts.health(container),
                    connected.map(Connected::endpoints).orElse(List.of()),
                    connected.map(Connected::ports).orElse(List.of()));
            if (filters.hold(seen)) {
                Map<String, Object> shown = SummaryView.of(container, facts, connected);
                if (call.flag("size")) {
                    long writable = facts.writable(container);
                    shown.put("SizeRw", writable);
                    shown.put("SizeRootFs", writable + facts.imageSize(container));
                }
                listed.add(shown);
            }
        }
        call.json(200, listed);
    }

    private Optional<Digest> imageId(String name) {
        try {
            return Optional.of(images.find(name).imageId());
        } catch (EngineException.NotFound e) {
            return Optional.empty();
        }
    }

    /** Stopped containers of this node; what starts meanwhile stays. */
    private void prune(Call call) throws IOException {
        Filters filters = call.filters().only(Set.of("label", "label!", "until"));
        Optional<Instant> until =
                filters.get("until").stream().map(Timestamps::parse).findFirst();
        List<String> deleted = new ArrayList<>();
        long reclaimed = 0;
        for (Container container : containers.all()) {
            if (!facts.here(container)
                    || container.state().alive()
                    || !filters.labelsHold(container.config().labels())
                    || until.filter(at -> !container.created().isBefore(at)).isPresent()) {
                continue;
            }
            try {
                long size = facts.writable(container);
                removals.remove(container, false, false);
                deleted.add(container.id());
                reclaimed += size;
            } catch (EngineException.Conflict started) {
                // It runs again, or somebody else removes it.
                continue;
            }
        }
        call.json(200, Json.of("ContainersDeleted", deleted, "SpaceReclaimed", reclaimed));
    }
}
