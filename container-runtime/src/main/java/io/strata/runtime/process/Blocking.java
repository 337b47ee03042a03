package io.strata.runtime.process;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Makes kernel calls that wait on platform threads: on a virtual one they would hold its carrier, of which there are few. */
final class Blocking {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("process-blocking-", 0).factory());

    private Blocking() {}

    @FunctionalInterface
    interface Call<T> {
        T make() throws IOException;
    }

    static <T> T call(Call<T> call) throws IOException {
        if (!Thread.currentThread().isVirtual()) {
            return call.make();
        }
        Future<T> result = THREADS.submit(call::make);
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case ProcessException words -> throw new ProcessException(words.getMessage(), words);
                case KernelException refused -> throw new KernelException(refused);
                case IOException io -> throw new IOException(io.getMessage(), io);
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    static void run(Runnable task) {
        THREADS.execute(task);
    }
}
