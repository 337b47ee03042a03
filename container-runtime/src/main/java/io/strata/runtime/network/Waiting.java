package io.strata.runtime.network;

import java.util.function.BooleanSupplier;

/** Waits for what takes moments, so that an interruption can wait for it: it is kept for whoever asks for it next. */
final class Waiting {
    private Waiting() {}

    static void forEnd(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        restore(interrupted);
    }

    /** @param monitor is held by the caller, and notified when {@code busy} may have changed */
    static void on(Object monitor, BooleanSupplier busy) {
        boolean interrupted = false;
        while (busy.getAsBoolean()) {
            try {
                monitor.wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        restore(interrupted);
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
