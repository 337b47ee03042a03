package io.strata.gateway.streams;

import io.vertx.ext.web.RoutingContext;

/** Interrupts the thread that works for a caller when that caller goes away, which a thread that only waits would not see. */
public final class CallerWatch implements AutoCloseable {
    private final Thread worker = Thread.currentThread();
    private boolean over;

    private CallerWatch() {}

    /** Watches for the calling thread, until it closes the watch. */
    public static CallerWatch of(RoutingContext exchange) {
        CallerWatch watch = new CallerWatch();
        exchange.addEndHandler(end -> {
            if (end.failed()) {
                watch.gone();
            }
        });
        return watch;
    }

    private synchronized void gone() {
        if (!over) {
            worker.interrupt();
        }
    }

    /** From here on nothing interrupts; an interrupt that came is taken back. */
    @Override
    public synchronized void close() {
        over = true;
        Thread.interrupted();
    }
}
