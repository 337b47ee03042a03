package io.strata.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every store does, the client's and the one in the heap. */
abstract class BlobsContract<S extends BlobReader & BlobWriter & References & LayerFacts> {
    static final String TYPE = "application/vnd.oci.image.layer.v1.tar";

    abstract S store();

    @Test
    void whatIsWrittenIsReadWholeAndFromAnOffset() throws IOException {
        byte[] content = bytes(100_000);
        Digest digest = Digest.sha256(content);
        for (OptionalLong size : List.of(OptionalLong.empty(), OptionalLong.of(content.length))) {
            BlobFacts facts = store().write(new Expected("test", TYPE, Optional.empty(), size), stream(content));
            assertThat(facts).isEqualTo(new BlobFacts(digest, content.length, TYPE));
        }
        assertThat(store().stat(digest)).contains(new BlobFacts(digest, content.length, TYPE));
        assertThat(store().lookup(List.of(digest, digest, nothing())))
                .containsExactly(new BlobFacts(digest, content.length, TYPE));
        assertThat(read(digest, 0)).isEqualTo(content);
        assertThat(read(digest, 99_000)).isEqualTo(Arrays.copyOfRange(content, 99_000, 100_000));
        assertThat(read(digest, 100_000)).isEmpty();
        assertThatThrownBy(() -> store().open(digest, 100_001)).isInstanceOf(IllegalArgumentException.class);
        assertThat(store().locate(digest)).isNotNull();
    }

    @Test
    void sha512IsADigestToo() throws IOException {
        byte[] content = bytes(500);
        Digest digest = Digest.of(Digest.SHA512, content);
        assertThat(store().write(Expected.exactly("test", TYPE, digest, 500), stream(content))
                        .digest())
                .isEqualTo(digest);
        assertThat(read(digest, 0)).isEqualTo(content);
    }

    @Test
    void anEmptyBlobIsABlob() throws IOException {
        Digest digest = Digest.sha256(new byte[0]);
        store().write(Expected.exactly("test", TYPE, digest, 0), stream(new byte[0]));
        assertThat(read(digest, 0)).isEmpty();
    }

    @Test
    void anotherDigestOrSizeMakesNothingVisible() throws IOException {
        byte[] content = bytes(40_000);
        Digest right = Digest.sha256(content);
        Digest other = Digest.sha256(bytes(3));
        List<Expected> wrong = List.of(
                Expected.exactly("test", TYPE, other, 40_000),
                new Expected("test", TYPE, Optional.of(other), OptionalLong.empty()),
                Expected.exactly("test", TYPE, right, 39_999),
                Expected.exactly("test", TYPE, right, 40_001));
        for (Expected expected : wrong) {
            assertThatThrownBy(() -> store().write(expected, stream(content)))
                    .as(expected.toString())
                    .isInstanceOf(BlobMismatchException.class);
        }
        assertThat(store().lookup(List.of(right, other))).isEmpty();
        assertThatThrownBy(() -> store().open(right, 0)).isInstanceOf(BlobNotFoundException.class);
        assertThatThrownBy(() -> store().locate(right)).isInstanceOf(BlobNotFoundException.class);
    }

    @Test
    void whatIsThereIsNotReadAgain() throws IOException {
        Digest digest = store().write(Expected.anything("test", TYPE), stream(bytes(10)))
                .digest();
        InputStream untouched = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("the blob is there");
            }
        };
        assertThat(store().write(Expected.exactly("test", TYPE, digest, 10), untouched)
                        .digest())
                .isEqualTo(digest);
        assertThat(store().write(new Expected("test", TYPE, Optional.of(digest), OptionalLong.empty()), untouched)
                        .digest())
                .isEqualTo(digest);
    }

    @Test
    void anIngestIsTakenUpByItsIdAndItsEndIsIdempotent() throws IOException {
        Ingest begun = store().begin(Expected.anything("test", TYPE));
        assertThat(begun.partSize()).isGreaterThanOrEqualTo(5 << 20);
        String one = begun.putPart(1, stream(new byte[] {1, 2, 3}), 3);
        Ingest ingest = store().reopen(begun.id(), begun.partSize());
        String two = ingest.putPart(2, stream(new byte[] {4}), 1);
        Digest digest = Digest.sha256(new byte[] {1, 2, 3, 4});
        assertThat(store().stat(digest)).isEmpty();
        List<Part> parts = List.of(new Part(1, one), new Part(2, two));
        BlobFacts facts = ingest.complete(digest, 4, TYPE, parts);
        assertThat(ingest.complete(digest, 4, TYPE, parts)).isEqualTo(facts);
        ingest.abort();
        assertThat(read(digest, 0)).containsExactly(1, 2, 3, 4);

        Ingest wrong = store().begin(Expected.anything("test", TYPE));
        String tag = wrong.putPart(1, stream(new byte[5]), 5);
        assertThatThrownBy(() -> wrong.complete(nothing(), 6, TYPE, List.of(new Part(1, tag))))
                .isInstanceOf(BlobMismatchException.class);

        Ingest dropped = store().begin(Expected.anything("test", TYPE));
        dropped.abort();
        dropped.abort();
        assertThatThrownBy(() -> dropped.complete(nothing(), 0, TYPE, List.of()))
                .isInstanceOf(IOException.class);
        assertThat(store().stat(nothing())).isEmpty();
    }

    @Test
    void partsGrowSoThatTenThousandHoldHundredsOfGigabytes() throws IOException {
        Ingest ingest = store().begin(Expected.anything("test", TYPE));
        assertThat(ingest.partSize(1)).isEqualTo(ingest.partSize());
        assertThat(ingest.partSize(10_000)).isEqualTo(10 * ingest.partSize());
        ingest.abort();
    }

    @Test
    void referencesSayWhatIsMissing() throws IOException {
        Digest digest = store().write(Expected.anything("test", TYPE), stream(bytes(11)))
                .digest();
        store().put("owner 1/ü", References.CONTAINER, "web", List.of(digest));
        assertThatThrownBy(() -> store().put("owner 2", References.MANIFEST, "x:1", List.of(digest, nothing())))
                .isInstanceOfSatisfying(MissingBlobsException.class, e -> assertThat(e.missing())
                        .containsExactly(nothing()));
        store().drop("owner 1/ü");
        store().drop("owner 1/ü");
    }

    @Test
    void layersFactsAreTold() throws IOException {
        Digest digest = store().write(Expected.anything("test", TYPE), stream(bytes(12)))
                .digest();
        Digest diffId = Digest.sha256(bytes(13));
        assertThat(store().layers(List.of(digest))).isEmpty();
        store().tell(diffId, digest, 500, 7);
        assertThat(store().layers(List.of(digest, nothing())))
                .containsExactly(new LayerFacts.Layer(digest, diffId, 12, 500, 7));
        assertThatThrownBy(() -> store().tell(diffId, nothing(), 1, 1)).isInstanceOf(BlobNotFoundException.class);
    }

    byte[] read(Digest digest, long offset) throws IOException {
        try (InputStream content = store().open(digest, offset)) {
            return content.readAllBytes();
        }
    }

    static Digest nothing() {
        return Digest.parse("sha256:" + "0".repeat(64));
    }

    static InputStream stream(byte[] content) {
        return new ByteArrayInputStream(content);
    }

    static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
