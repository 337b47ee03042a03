package io.strata.runtime.images;

import java.io.IOException;
import java.io.InterruptedIOException;

/** What the registry-gateway said of one blob that it brings to the store. Thread safe. */
final class LayerArrival {
    private boolean stored;
    private boolean over;
    private long news;

    LayerArrival(boolean stored) {
        this.stored = stored;
    }

    synchronized boolean stored() {
        return stored;
    }

    /** Counts what was said; see {@link #awaitNews}. */
    synchronized long news() {
        return news;
    }

    synchronized void moved() {
        news++;
        notifyAll();
    }

    synchronized void markStored() {
        stored = true;
        moved();
    }

    /** The pull ended, well or not: nothing more will be said. */
    synchronized void end() {
        over = true;
        moved();
    }

    /** Waits until more was said than {@code seen}. @return false when there will be no more */
    synchronized boolean awaitNews(long seen) throws InterruptedIOException {
        while (news == seen && !over) {
            waitHere();
        }
        return news != seen && !over;
    }

    /** @throws IOException when the pull ended and the blob is not in the store */
    synchronized void awaitStored() throws IOException {
        while (!stored && !over) {
            waitHere();
        }
        if (!stored) {
            throw new IOException("the pull ended before the layer was in the store");
        }
    }

    private void waitHere() throws InterruptedIOException {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a layer");
        }
    }
}
