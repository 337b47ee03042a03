package io.strata.runtime.engine;

import io.strata.events.ContainerEvent;
import io.strata.events.ContainerEvent.ContainerCreated;
import io.strata.events.ContainerEvent.ContainerRenamed;
import io.strata.runtime.containers.Container;
import io.strata.runtime.containers.Containers;
import io.strata.runtime.errors.EngineException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What Docker's events say of a container beside its id: name, image, labels. Remembered, as the last event of a container
 * comes when it has gone.
 */
@ApplicationScoped
public class ContainerNames {
    private static final int REMEMBERED = 4096;

    private final Containers containers;
    private final Map<String, Map<String, String>> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Map<String, String>> eldest) {
            return size() > REMEMBERED;
        }
    };

    ContainerNames(Containers containers) {
        this.containers = containers;
    }

    static Map<String, String> attributes(Container container) {
        Map<String, String> attributes = new HashMap<>(container.config().labels());
        attributes.put("image", container.image());
        attributes.put("name", container.name());
        return attributes;
    }

    synchronized Map<String, String> of(ContainerEvent event) {
        Map<String, String> attributes = remembered.get(event.containerId());
        if (attributes == null) {
            attributes = look(event);
        }
        if (event instanceof ContainerRenamed renamed) {
            attributes = new HashMap<>(attributes);
            attributes.put("name", renamed.newName());
        }
        remembered.put(event.containerId(), attributes);
        return attributes;
    }

    private Map<String, String> look(ContainerEvent event) {
        try {
            return attributes(containers.find(event.containerId()));
        } catch (EngineException.NotFound gone) {
            Map<String, String> attributes = new HashMap<>();
            if (event instanceof ContainerCreated created) {
                attributes.put("image", created.image());
                attributes.put("name", created.containerName());
            }
            return attributes;
        }
    }
}
