package io.strata.runtime.engine;

import io.strata.events.ContainerEvent;
import io.strata.events.ContainerEvent.ContainerCreated;
import io.strata.events.ContainerEvent.ContainerDied;
import io.strata.events.ContainerEvent.ContainerPaused;
import io.strata.events.ContainerEvent.ContainerRemoved;
import io.strata.events.ContainerEvent.ContainerRenamed;
import io.strata.events.ContainerEvent.ContainerStarted;
import io.strata.events.ContainerEvent.ContainerUnpaused;
import io.strata.events.ContainerEvent.WritableLayerCaptured;
import io.strata.events.ContainerEvent.WritableLayerRefused;
import io.strata.events.ImageEvent;
import io.strata.events.ImageEvent.ImageDeleted;
import io.strata.events.ImageEvent.ImagePulled;
import io.strata.events.ImageEvent.ImagePushed;
import io.strata.events.ImageEvent.ImageTagged;
import io.strata.events.ImageEvent.ImageUntagged;
import io.strata.events.inbox.ReceivedEvent;
import io.strata.oci.ImageReference;
import io.strata.oci.InvalidReferenceException;
import io.strata.runtime.containers.Container;
import io.strata.runtime.containers.ContainerActions;
import io.strata.runtime.events.NodeEventListener;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;

/**
 * The cluster's events in Docker's form, and this node's actions beside them. The last ones are kept for {@code --since}, as
 * dockerd keeps its last 256.
 */
@ApplicationScoped
public class EngineEvents implements NodeEventListener, ContainerActions {
    private static final int KEPT = 1024;

    private final ContainerNames names;
    private final Deque<EngineEvent> kept = new ArrayDeque<>();
    private final Map<UUID, Boolean> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Boolean> eldest) {
            return size() > KEPT;
        }
    };
    private final Set<Consumer<EngineEvent>> subscribers = new CopyOnWriteArraySet<>();

    EngineEvents(ContainerNames names) {
        this.names = names;
    }

    /** {@code listener} must not block. @return what was kept until now, by time */
    List<EngineEvent> subscribe(Consumer<EngineEvent> listener) {
        synchronized (kept) {
            subscribers.add(listener);
            List<EngineEvent> past = new ArrayList<>(kept);
            past.sort(Comparator.comparing(EngineEvent::at));
            return past;
        }
    }

    void unsubscribe(Consumer<EngineEvent> listener) {
        subscribers.remove(listener);
    }

    @Override
    public void acted(Container container, String action, Map<String, String> more) {
        tell(new EngineEvent(
                "container", action, container.id(), with(ContainerNames.attributes(container), more), Instant.now()));
    }

    @Override
    public void heard(ReceivedEvent received) {
        synchronized (kept) {
            if (known.put(received.id(), true) != null) {
                return;
            }
        }
        switch (received.event()) {
            case ContainerEvent event -> container(event).ifPresent(action -> tell(action.at(event, received.time())));
            case ImageEvent event -> tell(image(event, received.time()));
            default -> {
                // Layers and commits have no event in Docker.
            }
        }
    }

    private record Action(String word, Map<String, String> attributes) {
        EngineEvent at(ContainerEvent event, Instant time) {
            return new EngineEvent("container", word, event.containerId(), attributes, time);
        }
    }

    private Optional<Action> container(ContainerEvent event) {
        Optional<String> word =
                switch (event) {
                    case ContainerCreated _ -> Optional.of("create");
                    case ContainerStarted _ -> Optional.of("start");
                    case ContainerPaused _ -> Optional.of("pause");
                    case ContainerUnpaused _ -> Optional.of("unpause");
                    case ContainerRenamed _ -> Optional.of("rename");
                    case ContainerDied _ -> Optional.of("die");
                    case ContainerRemoved _ -> Optional.of("destroy");
                    case WritableLayerCaptured _ -> Optional.of("commit");
                    case WritableLayerRefused _ -> Optional.empty();
                };
        return word.map(w -> new Action(w, with(names.of(event), more(event))));
    }

    private static Map<String, String> more(ContainerEvent event) {
        return switch (event) {
            case ContainerDied died -> Map.of("exitCode", Integer.toString(died.exitCode()));
            case ContainerRenamed renamed -> Map.of("oldName", "/" + renamed.oldName());
            default -> Map.of();
        };
    }

    private static EngineEvent image(ImageEvent event, Instant at) {
        return switch (event) {
            case ImagePulled e -> image("pull", familiar(e.reference()), familiar(e.reference()), at);
            case ImagePushed e -> image("push", familiar(e.repository()), familiar(e.repository()), at);
            case ImageTagged e ->
                image("tag", e.imageId() == null ? "" : e.imageId().toString(), named(e.repository(), e.tag()), at);
            case ImageUntagged e -> image("untag", named(e.repository(), e.tag()), named(e.repository(), e.tag()), at);
            case ImageDeleted e ->
                image(
                        "delete",
                        e.imageId() == null
                                ? e.manifest().toString()
                                : e.imageId().toString(),
                        familiar(e.repository()),
                        at);
        };
    }

    private static EngineEvent image(String action, String actor, String name, Instant at) {
        return new EngineEvent("image", action, actor, Map.of("name", name), at);
    }

    private static String named(String repository, String tag) {
        return familiar(tag == null ? repository : repository + ":" + tag);
    }

    /** {@code redis:latest} for {@code docker.io/library/redis:latest}. */
    private static String familiar(String reference) {
        try {
            return ImageReference.parse(reference).familiar();
        } catch (InvalidReferenceException e) {
            return reference;
        }
    }

    private static Map<String, String> with(Map<String, String> own, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(own);
        all.putAll(more);
        return all;
    }

    private void tell(EngineEvent event) {
        synchronized (kept) {
            kept.addLast(event);
            if (kept.size() > KEPT) {
                kept.removeFirst();
            }
            subscribers.forEach(subscriber -> subscriber.accept(event));
        }
    }
}
