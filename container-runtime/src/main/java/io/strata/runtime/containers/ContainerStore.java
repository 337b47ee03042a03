package io.strata.runtime.containers;

import io.strata.events.StrataEvent;
import io.strata.oci.Digest;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The containers of the cluster as they are written down. Each change is one transaction: the row, locked first, and the
 * events that tell of it.
 */
interface ContainerStore {
    Optional<Container> byId(String id);

    Optional<Container> byName(String name);

    /** At most two: enough to know whether the beginning names one. {@code prefix} is lower case hexadecimal. */
    List<Container> byIdPrefix(String prefix);

    /** The newest first. */
    List<Container> all();

    List<Container> ofNode(String node);

    List<Container> ofImage(Digest imageId);

    /** @throws io.strata.runtime.errors.EngineException.Conflict with Docker's words when the name is taken */
    void add(Container container, StrataEvent... events);

    /**
     * @param change of the container as it is under the lock
     * @return the container after the change
     * @throws io.strata.runtime.errors.EngineException.NotFound when it has gone
     * @throws io.strata.runtime.errors.EngineException.Conflict when a new name is taken
     */
    Container change(String id, UnaryOperator<Container> change, StrataEvent... events);

    /** What is gone already is no error, and not told again. */
    void remove(String id, StrataEvent... events);
}
