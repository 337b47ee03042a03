package io.strata.runtime.images;

import io.strata.blobs.BlobNotFoundException;
import io.strata.blobs.BlobReader;
import io.strata.runtime.layers.NodeLayer;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Where the bytes of a layer come from: while the registry-gateway fetches it, from what it has so far; else from the store.
 * What breaks is taken up where it broke, wherever the rest is then.
 */
@ApplicationScoped
class LayerOrigin {
    private final RegistryGatewayClient gateway;
    private final BlobReader store;

    LayerOrigin(RegistryGatewayClient gateway, BlobReader store) {
        this.gateway = gateway;
        this.store = store;
    }

    /** A layer that the store has. */
    InputStream open(NodeLayer layer) throws IOException {
        return store.open(layer.digest(), 0);
    }

    /**
     * A layer that is on its way.
     *
     * @param progress told how many bytes were read so far
     * @return a stream whose reads fail with {@link OriginException}
     */
    InputStream open(NodeLayer layer, LayerArrival arrival, LongConsumer progress) {
        return new ArrivingStream(layer, arrival, progress);
    }

    private final class ArrivingStream extends InputStream {
        private final NodeLayer layer;
        private final LayerArrival arrival;
        private final LongConsumer progress;
        private Optional<InputStream> source = Optional.empty();
        private long offset;
        private long connectedAt = -1;

        ArrivingStream(NodeLayer layer, LayerArrival arrival, LongConsumer progress) {
            this.layer = layer;
            this.arrival = arrival;
            this.progress = progress;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            try {
                return readOn(bytes, from, length);
            } catch (IOException e) {
                throw new OriginException("layer " + layer.digest() + " could not be read: " + e.getMessage(), e);
            }
        }

        private int readOn(byte[] bytes, int from, int length) throws IOException {
            while (offset < layer.size()) {
                if (source.isEmpty()) {
                    source = Optional.of(connect());
                }
                int read = readOnce(bytes, from, length);
                if (read >= 0) {
                    offset += read;
                    progress.accept(offset);
                    return read;
                }
                drop();
            }
            return -1;
        }

        /** -1 when the source ended, or broke after it had given something. */
        private int readOnce(byte[] bytes, int from, int length) throws IOException {
            try {
                return source.orElseThrow().read(bytes, from, length);
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted() || offset == connectedAt) {
                    throw e;
                }
                return -1;
            }
        }

        private InputStream connect() throws IOException {
            if (connectedAt == offset) {
                throw new EOFException("it ended after " + offset + " of " + layer.size() + " bytes");
            }
            connectedAt = offset;
            while (true) {
                long seen = arrival.news();
                Optional<InputStream> growing =
                        arrival.stored() ? Optional.empty() : gateway.spool(layer.digest(), offset);
                if (growing.isPresent()) {
                    return growing.get();
                }
                boolean storedBefore = arrival.stored();
                try {
                    return store.open(layer.digest(), offset);
                } catch (BlobNotFoundException notThere) {
                    // Its turn has not come at the gateway, or it came and went between the two questions.
                    if (storedBefore || !arrival.awaitNews(seen) && !arrival.stored()) {
                        throw notThere;
                    }
                }
            }
        }

        private void drop() throws IOException {
            if (source.isPresent()) {
                source.get().close();
                source = Optional.empty();
            }
        }

        @Override
        public void close() throws IOException {
            drop();
        }
    }
}
