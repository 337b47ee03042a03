package io.strata.layerstore.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.strata.blobs.BlobNotFoundException;
import io.strata.blobs.Expected;
import io.strata.blobs.Ingest;
import io.strata.blobs.LayerStoreClient;
import io.strata.blobs.MissingBlobsException;
import io.strata.blobs.References;
import io.strata.layerstore.objects.BlobStore;
import io.strata.local.LocalPartsResource;
import io.strata.local.s3.LocalS3Resource;
import io.strata.oci.Digest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing is held without a reference here, so that each step of a collection can be seen. */
@QuarkusTest
@TestProfile(CollectionTest.NothingIsHeld.class)
@QuarkusTestResource(LocalPartsResource.class)
@QuarkusTestResource(LocalS3Resource.class)
class CollectionTest {
    public static final class NothingIsHeld implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("strata.store.hold", "0s", "strata.store.grace", "1h", "strata.store.collect-every", "off");
        }
    }

    @TestHTTPResource
    URI service;

    @Inject
    Collection collection;

    @Inject
    BlobStore objects;

    @Inject
    AgroalDataSource database;

    private LayerStoreClient client;

    @BeforeEach
    void connect() throws SQLException {
        client = new LayerStoreClient(service);
        execute("delete from blob_references");
        execute("delete from blobs");
        execute("delete from ingests");
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void whatNobodyHoldsIsCondemnedAndAfterTheGraceItIsGoneWithItsBytes() throws Exception {
        Digest kept = write("kept");
        Digest lost = write("lost");
        client.put("m-1", References.MANIFEST, "x:1", List.of(kept));
        String key = text("select object_key from blobs where digest = '" + lost + "'");

        assertThat(collection.preview()).isEqualTo(new Collected(true, 1, 4, 0));
        assertThat(collection.collect()).isEqualTo(new Collected(false, 0, 0, 1));
        assertThat(objects.stat(key)).hasValue(4);

        graceIsOver();
        assertThat(collection.collect()).isEqualTo(new Collected(false, 1, 4, 0));
        assertThat(objects.stat(key)).isEmpty();
        assertThat(client.stat(kept)).isPresent();
        Assertions.assertThrows(BlobNotFoundException.class, () -> client.open(lost, 0));
        Assertions.assertThrows(
                MissingBlobsException.class, () -> client.put("m-2", References.MANIFEST, "x:2", List.of(kept, lost)));

        client.drop("m-1");
        collection.collect();
        graceIsOver();
        assertThat(collection.collect().blobs()).isEqualTo(1);
    }

    @Test
    void aCondemnedBlobThatIsReferredToOrAskedForLivesAgain() throws Exception {
        Digest referred = write("referred");
        Digest asked = write("asked");
        assertThat(collection.collect().condemned()).isEqualTo(2);
        client.put("m-1", References.MANIFEST, "x:1", List.of(referred));
        assertThat(client.stat(asked)).isPresent();
        graceIsOver();
        assertThat(collection.collect().blobs()).isZero();
        assertThat(client.stat(referred)).isPresent();
        assertThat(client.stat(asked)).isPresent();
    }

    @Test
    void aBlobThatIsStoredAgainAfterItsEndHasAKeyOfItsOwn() throws Exception {
        Digest digest = write("twice");
        String first = text("select object_key from blobs where digest = '" + digest + "'");
        collection.collect();
        graceIsOver();
        collection.collect();
        assertThat(client.stat(digest)).isEmpty();
        assertThat(write("twice")).isEqualTo(digest);
        assertThat(text("select object_key from blobs where digest = '" + digest + "'"))
                .isNotEqualTo(first);
        try (var content = client.open(digest, 0)) {
            assertThat(content.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("twice");
        }
    }

    @Test
    void anIngestThatNobodyTouchesEndsAndItsPartsGo() throws Exception {
        Ingest ingest = client.begin(Expected.anything("upload:1", "x/y"));
        ingest.putPart(1, new ByteArrayInputStream(new byte[10]), 10);
        execute("update ingests set touched_at = now() - interval '2 days'");
        collection.collect();
        assertThat(text("select count(*)::text from ingests")).isEqualTo("0");
        IOException gone = Assertions.assertThrows(
                IOException.class, () -> ingest.putPart(9, new ByteArrayInputStream(new byte[10]), 10));
        assertThat(gone).hasMessageContaining("there is no ingest");
        // The addresses that were given away are still good: the key is looked after until they end.
        assertThat(text("select count(*)::text from doomed_objects where final_after > now()"))
                .isNotEqualTo("0");
        execute("update doomed_objects set final_after = now()");
        collection.collect();
        assertThat(text("select count(*)::text from doomed_objects")).isEqualTo("0");
    }

    private Digest write(String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return client.write(Expected.anything("test", "text/plain"), new ByteArrayInputStream(bytes))
                .digest();
    }

    private void graceIsOver() throws SQLException {
        execute("update blobs set condemned_at = condemned_at - interval '2 hours'");
    }

    private void execute(String sql) throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String text(String sql) throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
