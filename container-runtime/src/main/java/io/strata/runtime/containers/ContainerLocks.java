package io.strata.runtime.containers;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One change at a time to each container of this node. A container lives on one node, so a lock in memory is enough; the
 * row's lock in the database orders the events.
 */
@ApplicationScoped
public class ContainerLocks {
    private final ConcurrentHashMap<String, Held> locks = new ConcurrentHashMap<>();

    /** What is done under the lock. */
    interface Change<T, E extends Exception> {
        T run() throws E;
    }

    private static final class Held {
        final ReentrantLock lock = new ReentrantLock();
        int users;
    }

    <T, E extends Exception> T locked(String id, Change<T, E> change) throws E {
        Held held = locks.compute(id, (key, there) -> {
            Held entry = there == null ? new Held() : there;
            entry.users++;
            return entry;
        });
        held.lock.lock();
        try {
            return change.run();
        } finally {
            held.lock.unlock();
            locks.computeIfPresent(id, (key, entry) -> --entry.users == 0 ? null : entry);
        }
    }
}
