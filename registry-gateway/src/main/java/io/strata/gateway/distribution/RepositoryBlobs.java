package io.strata.gateway.distribution;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.strata.blobs.BlobFacts;
import io.strata.blobs.BlobReader;
import io.strata.gateway.errors.OciError;
import io.strata.gateway.errors.RegistryException;
import io.strata.gateway.names.Images;
import io.strata.gateway.names.NameRows;
import io.strata.gateway.names.RepositoryRow;
import io.strata.gateway.pulls.PullThrough;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
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
    private final Images images;
    private final PullThrough upstream;

    RepositoryBlobs(BlobReader store, NameRows names, Images images, PullThrough upstream) {
        this.store = store;
        this.names = names;
        this.images = images;
        this.upstream = upstream;
    }

    /**
     * The blob as the repository has it. Asking holds it in the store for a while, as clients do not upload it again. A blob
     * that only its upstream has yet is described by the manifest that names it.
     */
    Optional<Found> find(V2Name name, Digest digest) throws IOException {
        if (isLinked(name, digest)) {
            Optional<BlobFacts> stored = store.stat(digest);
            if (stored.isPresent()) {
                return stored.map(Found.Stored::new);
            }
        }
        Optional<Descriptor> proxied = images.proxiedBlob(name.key(), digest);
        if (proxied.isEmpty()) {
            return Optional.empty();
        }
        Optional<BlobFacts> stored = store.stat(digest);
        return Optional.of(stored.isPresent() ? new Found.Stored(stored.get()) : new Found.Upstream(proxied.get()));
    }

    /** Where a blob is read from. */
    sealed interface Found {
        Digest digest();

        long size();

        record Stored(BlobFacts facts) implements Found {
            @Override
            public Digest digest() {
                return facts.digest();
            }

            @Override
            public long size() {
                return facts.size();
            }
        }

        record Upstream(Descriptor descriptor) implements Found {
            @Override
            public Digest digest() {
                return descriptor.digest();
            }

            @Override
            public long size() {
                return descriptor.size();
            }
        }
    }

    /** The bytes from {@code offset} on, as they come. */
    InputStream open(V2Name name, Found blob, long offset) throws IOException {
        return switch (blob) {
            case Found.Stored(BlobFacts facts) -> store.open(facts.digest(), offset);
            case Found.Upstream(Descriptor descriptor) -> upstream.blob(name.repository(), descriptor, offset);
        };
    }

    /** Where the client reads it without us. */
    Optional<URI> locate(Found blob) throws IOException {
        return blob instanceof Found.Stored ? Optional.of(store.locate(blob.digest())) : Optional.empty();
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
