package io.strata.commit.commits;

import io.quarkus.test.Mock;
import io.strata.blobs.InMemoryBlobs;
import io.strata.commit.errors.CommitException;
import io.strata.commit.image.ParentImage;
import io.strata.commit.registry.Registry;
import io.strata.oci.Digest;
import io.strata.oci.Manifest;
import io.strata.oci.OciJson;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** registry-gateway and layer-store in the heap. */
final class Fakes {
    @Mock
    @Singleton
    static class FakeRegistry implements Registry {
        final Map<Digest, ParentImage> images = new ConcurrentHashMap<>();
        final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
        final Map<String, Name> names = new ConcurrentHashMap<>();
        final AtomicInteger failures = new AtomicInteger();

        @Override
        public ParentImage image(Digest imageId) {
            return Optional.ofNullable(images.get(imageId))
                    .orElseThrow(() -> new CommitException.Refused(404, "No such image: " + imageId));
        }

        @Override
        public Kept commit(String commitId, Optional<Name> name, byte[] manifest, String mediaType, Digest parent)
                throws IOException {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IOException("registry-gateway does not answer");
            }
            if (name.filter(n -> n.repository().endsWith("/refused")).isPresent()) {
                throw new CommitException.Refused(409, "the name is refused");
            }
            manifests.put(commitId, manifest);
            name.ifPresent(n -> names.put(commitId, n));
            return new Kept(OciJson.read(manifest, Manifest.class).config().digest(), Digest.sha256(manifest));
        }
    }

    @Mock
    @Produces
    @Singleton
    InMemoryBlobs blobs() {
        return new InMemoryBlobs();
    }
}
