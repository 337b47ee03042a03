package io.strata.gateway.pulls;

import io.strata.gateway.spool.BlobSource;
import io.strata.gateway.spool.DownloadFailedException;
import io.strata.gateway.spool.Spool;
import io.strata.oci.Descriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** The layers of one pull that the store lacks: joined when it is made, fetched a few at a time, let go when it is closed. */
final class LayerFetch implements AutoCloseable {
    private record Wanted(Descriptor layer, Spool.Hold hold) {}

    private final Spool spool;
    private final PullsConfig config;
    private final PullSink sink;
    private final List<Wanted> wanted = new ArrayList<>();

    LayerFetch(Spool spool, List<Descriptor> layers, PullsConfig config, PullSink sink) throws DownloadFailedException {
        this.spool = spool;
        this.config = config;
        this.sink = sink;
        try {
            for (Descriptor layer : layers) {
                wanted.add(new Wanted(layer, spool.join(layer)));
            }
        } catch (DownloadFailedException e) {
            close();
            throw e;
        }
    }

    /** Returns when the store has all of them; the first failure ends the others. */
    void all(String owner, Function<Descriptor, BlobSource> sources) throws IOException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(
                config.layersAtOnce(), Thread.ofVirtual().name(owner + "-", 0).factory());
        try {
            ExecutorCompletionService<Void> running = new ExecutorCompletionService<>(threads);
            for (Wanted one : wanted) {
                running.submit(() -> {
                    fetch(one, owner, sources.apply(one.layer()));
                    return null;
                });
            }
            for (int ended = 0; ended < wanted.size(); ended++) {
                running.take().get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failed) {
                throw failed;
            }
            throw new IllegalStateException("fetching a layer broke", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private void fetch(Wanted one, String owner, BlobSource source) throws IOException, InterruptedException {
        boolean mine = one.hold().start(owner, source);
        try {
            follow(one.layer(), one.hold());
        } catch (DownloadFailedException e) {
            if (mine) {
                throw e;
            }
            // Somebody else's download, perhaps with his credentials, failed. That is no verdict on ours.
            try (Spool.Hold own = spool.join(one.layer())) {
                own.start(owner, source);
                follow(one.layer(), own);
            }
        }
    }

    private void follow(Descriptor layer, Spool.Hold hold) throws IOException, InterruptedException {
        long told = 0;
        boolean stored;
        do {
            stored = hold.await(config.progressEvery());
            long current = hold.current();
            if (current > told) {
                send(new PullLine.Progress(layer.digest(), current, layer.size()));
                told = current;
            }
        } while (!stored);
        send(new PullLine.Stored(layer.digest()));
    }

    private void send(PullLine line) throws IOException {
        synchronized (sink) {
            sink.send(line);
        }
    }

    @Override
    public void close() {
        wanted.forEach(one -> one.hold().close());
    }
}
