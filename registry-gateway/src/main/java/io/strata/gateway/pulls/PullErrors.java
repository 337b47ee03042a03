package io.strata.gateway.pulls;

import io.strata.gateway.spool.DownloadFailedException;
import io.strata.gateway.upstream.UpstreamException;
import java.io.IOException;
import java.util.Optional;

/** What a pull that failed says of it. */
final class PullErrors {
    private PullErrors() {}

    /** The upstream's part in a failure, if it was its fault. */
    static Optional<UpstreamException> upstream(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UpstreamException found) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    static PullLine.Error line(Exception failure) {
        Optional<UpstreamException> upstream = upstream(failure);
        if (upstream.isPresent()) {
            return new PullLine.Error(upstream.get().status(), upstream.get().getMessage());
        }
        return switch (failure) {
            case DownloadFailedException e -> new PullLine.Error(500, e.getMessage());
            case IOException e ->
                new PullLine.Error(503, "the layer store does not take or give what the pull needs: " + e.getMessage());
            default -> throw new IllegalStateException("a pull failed for no reason of its own", failure);
        };
    }
}
