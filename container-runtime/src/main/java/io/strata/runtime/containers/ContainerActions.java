package io.strata.runtime.containers;

import java.util.Map;

/**
 * Hears what was done to containers of this node beyond the events of the catalogue: {@code attach}, {@code exec_start},
 * {@code kill}, … in Docker's words, for {@code docker events}.
 */
public interface ContainerActions {
    /** @param attributes beyond the container's own, e.g. {@code signal} */
    void acted(Container container, String action, Map<String, String> attributes);
}
