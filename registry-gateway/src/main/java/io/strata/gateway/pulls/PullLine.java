package io.strata.gateway.pulls;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.strata.oci.Digest;
import java.util.List;
import java.util.UUID;

/** A line of {@code POST /pulls} (docs/architecture.md). */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = PullLine.Resolved.class, name = "resolved"),
    @JsonSubTypes.Type(value = PullLine.Progress.class, name = "progress"),
    @JsonSubTypes.Type(value = PullLine.Stored.class, name = "stored"),
    @JsonSubTypes.Type(value = PullLine.Fetched.class, name = "fetched"),
    @JsonSubTypes.Type(value = PullLine.Error.class, name = "error")
})
public sealed interface PullLine {
    /**
     * What is pulled. From this line on each layer that is not stored can be read at {@code /spool/{digest}} until its {@link Stored} line.
     *
     * @param manifest what the reference names upstream: an index's digest when it is one
     * @param upToDate the reference names it here already, and the store has all of it
     * @param layers the base first; one digest may be there more than once
     */
    record Resolved(UUID id, String reference, Digest manifest, Digest imageId, boolean upToDate, List<Layer> layers)
            implements PullLine {}

    /** @param stored whether the store has it already */
    record Layer(Digest digest, Digest diffId, String mediaType, long size, boolean stored) {}

    /** Bytes that came from upstream so far. */
    record Progress(Digest digest, long current, long total) implements PullLine {}

    record Stored(Digest digest) implements PullLine {}

    /** Every blob is in the store. */
    record Fetched() implements PullLine {}

    /** The pull has ended; nothing was named. */
    record Error(int status, String message) implements PullLine {}
}
