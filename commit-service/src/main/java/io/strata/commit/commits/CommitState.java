package io.strata.commit.commits;

/** How far a commit is. */
public enum CommitState {
    /** The node was asked; it captures or refuses. */
    REQUESTED,
    /** The writable layer is in the store; config, manifest and name are to be written. */
    CAPTURED,
    /** The image is named and runs everywhere. */
    COMMITTED,
    /** It came to nothing. */
    FAILED;

    public boolean isOver() {
        return this == COMMITTED || this == FAILED;
    }
}
