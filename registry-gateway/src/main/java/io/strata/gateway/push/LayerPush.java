package io.strata.gateway.push;

import io.strata.blobs.BlobReader;
import io.strata.gateway.manifests.ImageContent;
import io.strata.gateway.upstream.UpstreamException;
import io.strata.gateway.upstream.UpstreamPush;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.MediaTypes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The layers of one image on their way to another registry, a few at a time. */
final class LayerPush {
    private final UpstreamPush target;
    private final BlobReader blobs;
    private final MountSources sources;
    private final PushConfig config;
    private final PushSink sink;

    LayerPush(UpstreamPush target, BlobReader blobs, MountSources sources, PushConfig config, PushSink sink) {
        this.target = target;
        this.blobs = blobs;
        this.sources = sources;
        this.config = config;
        this.sink = sink;
    }

    /** The store's own failure, apart from the registry's and the listener's. */
    static final class StoreFailedException extends RuntimeException {
        StoreFailedException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Returns when the registry has every layer; the first failure ends the others. */
    void all(ImageContent image) throws IOException, InterruptedException {
        Map<Digest, Digest> diffIds = new HashMap<>();
        for (int i = image.layers().size() - 1; i >= 0; i--) {
            diffIds.putIfAbsent(image.layers().get(i).digest(), image.diffIds().get(i));
            send(PushLine.layer("Preparing", image.diffIds().get(i)));
        }
        ExecutorService threads = Executors.newFixedThreadPool(
                config.layersAtOnce(), Thread.ofVirtual().name("push-", 0).factory());
        try {
            ExecutorCompletionService<Void> running = new ExecutorCompletionService<>(threads);
            Map<Digest, Descriptor> wanted = new HashMap<>();
            image.layers().stream()
                    .filter(layer -> !MediaTypes.isForeignLayer(layer.mediaType()))
                    .forEach(layer -> wanted.putIfAbsent(layer.digest(), layer));
            for (Descriptor layer : wanted.values()) {
                running.submit(() -> {
                    push(layer, diffIds.get(layer.digest()));
                    return null;
                });
            }
            for (int ended = 0; ended < wanted.size(); ended++) {
                running.take().get();
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case UpstreamException refused -> throw refused;
                case StoreFailedException failed -> throw failed;
                case IOException gone -> throw gone;
                default -> throw new IllegalStateException("pushing a layer broke", e.getCause());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void push(Descriptor layer, Digest diffId) throws IOException {
        if (target.has(layer.digest())) {
            send(PushLine.layer("Layer already exists", diffId));
            return;
        }
        Optional<String> from = sources.of(layer.digest()).filter(path -> target.mount(layer.digest(), path));
        if (from.isPresent()) {
            send(PushLine.layer("Mounted from " + from.get(), diffId));
            return;
        }
        target.put(layer, () -> new Counting(open(layer.digest()), diffId, layer.size()));
        send(PushLine.layer("Pushed", diffId));
    }

    private InputStream open(Digest digest) {
        try {
            return blobs.open(digest, 0);
        } catch (IOException e) {
            throw new StoreFailedException(e);
        }
    }

    private void send(PushLine line) throws IOException {
        synchronized (sink) {
            sink.send(line);
        }
    }

    /** Tells how much was read, now and then. */
    private final class Counting extends FilterInputStream {
        private final Digest diffId;
        private final long total;
        private final long every = config.progressEvery().toNanos();
        private long current;
        private long told = System.nanoTime();

        Counting(InputStream in, Digest diffId, long total) {
            super(in);
            this.diffId = diffId;
            this.total = total;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = in.read(into, offset, length);
            current += Math.max(read, 0);
            long now = System.nanoTime();
            if (now - told >= every || read < 0) {
                told = now;
                send(PushLine.progress(diffId, current, total));
            }
            return read;
        }
    }
}
