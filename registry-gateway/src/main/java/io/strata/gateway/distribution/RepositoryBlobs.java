package io.strata.gateway.distribution;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.strata.blobs.BlobFacts;
import io.strata.blobs.BlobReader;
import io.strata.gateway.errors.OciError;
import io.strata.gateway.errors.RegistryException;
import io.strata.gateway.names.NameRows;
import io.strata.gateway.names.RepositoryRow;
import io.strata.oci.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which blob may be asked of which repository: what was uploaded or mounted there, or is named by a manifest there. That
 * the store has a blob says nothing about who may read it.
 */
@ApplicationScoped
class RepositoryBlobs {
    private final BlobReader store;
    private final NameRows names;

    RepositoryBlobs(BlobReader store, NameRows names) {
        this.store = store;
        this.names = names;
    }

    /** The blob as the repository has it. Asking holds it in the store for a while, as clients do not upload it again. */
    Optional<BlobFacts> find(V2Name name, Digest digest) throws IOException {
        return isLinked(name, digest) ? store.stat(digest) : Optional.empty();
    }

    private boolean isLinked(V2Name name, Digest digest) {
        return QuarkusTransaction.requiringNew().call(() -> names.find(name.key())
                .filter(r -> !names.linked(r.id, List.of(digest)).isEmpty())
                .isPresent());
    }

    static RegistryException unknown(Digest digest) {
        return new RegistryException(
                OciError.BLOB_UNKNOWN, "the repository has no such blob", Map.of("digest", digest));
    }

    /** The blob, whose bytes the caller has seen, can be asked of the repository from now on. */
    void link(V2Name name, BlobFacts blob) {
        QuarkusTransaction.requiringNew().run(() -> {
            RepositoryRow repository = names.lock(name.key());
            names.link(repository.id, blob.digest(), blob.size());
        });
    }

    /**
     * A blob of another repository, or of any when none is said, becomes this one's too.
     *
     * @return empty when there is none: the client uploads it
     */
    Optional<BlobFacts> mount(V2Name name, Digest digest, Optional<V2Name> from) throws IOException {
        boolean readable = from.isPresent()
                ? isLinked(from.get(), digest)
                : QuarkusTransaction.requiringNew().call(() -> names.isLinkedAnywhere(digest));
        Optional<BlobFacts> blob = readable ? store.stat(digest) : Optional.empty();
        blob.ifPresent(b -> link(name, b));
        return blob;
    }

    /** @throws RegistryException BLOB_UNKNOWN when the repository has no such blob */
    void delete(V2Name name, Digest digest) {
        boolean deleted = QuarkusTransaction.requiringNew().call(() -> names.lockExisting(name.key())
                .filter(r -> names.unlink(r.id, digest))
                .isPresent());
        if (!deleted) {
            throw unknown(digest);
        }
    }

    /** Those that the repository does not have. */
    List<Digest> missing(V2Name name, List<Digest> digests) {
        List<String> linked = QuarkusTransaction.requiringNew().call(() -> names.find(name.key())
                .map(r -> names.linked(r.id, digests))
                .orElse(List.of()));
        return digests.stream()
                .distinct()
                .filter(d -> !linked.contains(d.toString()))
                .toList();
    }
}
