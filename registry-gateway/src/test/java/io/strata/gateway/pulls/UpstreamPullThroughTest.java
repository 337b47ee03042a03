package io.strata.gateway.pulls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.strata.blobs.InMemoryBlobs;
import io.strata.gateway.manifests.ManifestBytes;
import io.strata.gateway.spool.Spool;
import io.strata.gateway.spool.TestSpools;
import io.strata.gateway.store.TestImage;
import io.strata.gateway.upstream.FaultyRegistry;
import io.strata.gateway.upstream.TestUpstreams;
import io.strata.gateway.upstream.UpstreamException;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import io.strata.oci.MediaTypes;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpstreamPullThroughTest {
    @TempDir
    Path folder;

    private final FaultyRegistry upstream = new FaultyRegistry();
    private final TestImage image = TestImage.of("through", 1);
    private final byte[] layer = image.layers().getFirst();
    private final Descriptor blob = Descriptor.of(MediaTypes.OCI_LAYER, Digest.sha256(layer), layer.length);
    private final ImageReference name = ImageReference.parse("redis");
    private final InMemoryBlobs store = new InMemoryBlobs();
    private Spool spool;
    private PullThrough through;

    @BeforeEach
    void begin() {
        ManifestBytes manifest = image.manifest();
        upstream.add("library/redis", "latest", manifest).add(layer);
        TestUpstreams plain = TestUpstreams.patient();
        TestUpstreams mapped = new TestUpstreams(
                Optional.of("docker.io=http://" + upstream.domain()),
                plain.allow(),
                plain.answerTimeout(),
                plain.stallTimeout());
        spool = TestSpools.open(folder, store);
        through = new UpstreamPullThrough(mapped.registry(), spool);
    }

    @AfterEach
    void end() throws Exception {
        TestSpools.close(spool);
        upstream.close();
    }

    @Test
    void aManifestIsAskedForByHeadAndThenByDigest() {
        assertThat(through.manifest(name).content()).isEqualTo(image.manifest().content());
        assertThat(through.head(name).digest()).isEqualTo(image.manifest().digest());
        assertThat(upstream.asked("HEAD .*/manifests/latest")).isEqualTo(2);
        assertThat(upstream.asked("GET .*/manifests/" + image.manifest().digest()))
                .isEqualTo(1);
        assertThat(upstream.asked("GET .*/manifests/latest")).isZero();
    }

    @Test
    void aBlobGoesToTheReaderAndIntoTheStore() throws Exception {
        try (InputStream content = through.blob(name, blob, 3)) {
            assertThat(content.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(layer, 3, layer.length));
        }
        TestSpools.awaitEnd(spool, blob.digest(), Duration.ofSeconds(20));
        assertThat(store.open(blob.digest(), 0)).hasBinaryContent(layer);
    }

    @Test
    void whatUpstreamRefusesIsSaidBeforeTheFirstByte() {
        upstream.on("/blobs/", FaultyRegistry.status(404, "BLOB_UNKNOWN", "blob unknown to registry"));
        assertThatExceptionOfType(UpstreamException.NotFound.class).isThrownBy(() -> through.blob(name, blob, 0));
        upstream.on("/blobs/", exchange -> FaultyRegistry.send(exchange, 200, "x/y", new byte[1]));
        assertThatExceptionOfType(UpstreamException.Invalid.class).isThrownBy(() -> through.blob(name, blob, 0));
        upstream.on("/manifests/", FaultyRegistry.status(429, "TOOMANYREQUESTS", "later"));
        assertThatExceptionOfType(UpstreamException.RateLimited.class).isThrownBy(() -> through.manifest(name));
        assertThat(store.digests()).isEmpty();
    }

    @Test
    void strangersAreNotLedIntoTheNetwork() {
        for (String inside : new String[] {upstream.domain(), "10.0.0.1", "169.254.169.254", "localhost"}) {
            ImageReference reference = ImageReference.parse(inside + "/library/redis");
            assertThatExceptionOfType(UpstreamException.Refused.class).isThrownBy(() -> through.manifest(reference));
            assertThatExceptionOfType(UpstreamException.Refused.class).isThrownBy(() -> through.head(reference));
            assertThatExceptionOfType(UpstreamException.Refused.class)
                    .isThrownBy(() -> through.blob(reference, blob, 0));
        }
        assertThat(upstream.asked()).isEmpty();
    }
}
