package io.strata.commit.commits;

import io.strata.oci.Digest;
import java.time.Instant;
import java.util.Optional;

/** A commit as others see it. {@code status} and {@code reason} are there when it failed, the digests when it succeeded. */
public record Commit(
        String id,
        CommitState state,
        String containerId,
        String node,
        Digest parent,
        Optional<String> repository,
        Optional<String> tag,
        String author,
        String comment,
        Instant requestedAt,
        Optional<Digest> imageId,
        Optional<Digest> manifest,
        Optional<Digest> layer,
        Optional<Digest> diffId,
        Optional<Integer> status,
        Optional<String> reason,
        Optional<Instant> endedAt) {}
