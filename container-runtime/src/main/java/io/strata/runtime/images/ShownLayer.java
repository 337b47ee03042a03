package io.strata.runtime.images;

import io.strata.oci.Digest;
import java.time.Duration;

/**
 * One layer as {@code docker pull} shows it. The bytes are unpacked while they come, but Docker's lines tell one after the
 * other: what is unpacked before the download is checked is shown after it. Thread safe.
 */
final class ShownLayer {
    /** As often as dockerd tells (moby {@code pkg/progress}). */
    private static final long EVERY = Duration.ofMillis(100).toNanos();

    private final PullProgress progress;
    private final Digest digest;
    private final long size;
    private boolean downloaded;
    private boolean complete;
    private long shownBytes;
    private long shownAt;

    ShownLayer(PullProgress progress, Digest digest, long size) {
        this.progress = progress;
        this.digest = digest;
        this.size = size;
        this.shownAt = System.nanoTime() - EVERY;
    }

    void begin() {
        progress.layer(digest, "Pulling fs layer");
    }

    void waiting() {
        progress.layer(digest, "Waiting");
    }

    void alreadyExists() {
        progress.layer(digest, "Already exists");
    }

    synchronized void downloading(long bytes) {
        if (!downloaded) {
            show("Downloading", bytes);
        }
    }

    /** All bytes are there and are the right ones. */
    synchronized void downloaded() {
        if (!downloaded) {
            downloaded = true;
            progress.layer(digest, "Verifying Checksum");
            progress.layer(digest, "Download complete");
            shownBytes = 0;
            shownAt = System.nanoTime() - EVERY;
        }
    }

    /** @param bytes of the blob that were unpacked */
    synchronized void extracting(long bytes) {
        if (downloaded && !complete) {
            show("Extracting", bytes);
        }
    }

    synchronized void complete() {
        downloaded();
        if (!complete) {
            complete = true;
            progress.layer(digest, "Extracting", size, size);
            progress.layer(digest, "Pull complete");
        }
    }

    private void show(String status, long bytes) {
        long now = System.nanoTime();
        if (bytes > shownBytes && now - shownAt >= EVERY) {
            shownBytes = bytes;
            shownAt = now;
            progress.layer(digest, status, bytes, size);
        }
    }
}
