package io.strata.layerstore.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.layerstore.errors.StoreException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What every {@link BlobStore} does. */
abstract class BlobStoreContract {
    private static final int PART = 5 << 20;
    private final HttpClient http = HttpClient.newHttpClient();

    abstract BlobStore store();

    @Test
    void whatIsPutAtAnAddressIsReadAtAnotherWholeAndByRange() throws Exception {
        String key = key();
        byte[] content = bytes(300_000);
        assertThat(put(store().upload(key).url(), content).statusCode()).isEqualTo(200);

        assertThat(store().stat(key)).hasValue(content.length);
        assertThat(get(key, null).body()).isEqualTo(content);
        HttpResponse<byte[]> rest = get(key, "bytes=299990-");
        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(content, 299_990, 300_000));
    }

    @Test
    void anEmptyObjectIsAnObject() throws Exception {
        String key = key();
        assertThat(put(store().upload(key).url(), new byte[0]).statusCode()).isEqualTo(200);
        assertThat(store().stat(key)).hasValue(0);
    }

    @Test
    void partsMakeAnObjectInTheirOrderAndNothingIsReadBefore() throws Exception {
        String key = key();
        byte[] first = bytes(PART);
        byte[] last = bytes(1_000);
        String upload = store().beginParts(key);
        String lastTag = putPart(key, upload, 2, last);
        String firstTag = putPart(key, upload, 1, first);
        assertThat(store().stat(key)).isEmpty();
        assertThat(get(key, null).statusCode()).isEqualTo(404);

        List<BlobStore.PartTag> parts = List.of(new BlobStore.PartTag(1, firstTag), new BlobStore.PartTag(2, lastTag));
        store().completeParts(key, upload, parts);
        store().completeParts(key, upload, parts);

        byte[] whole = get(key, null).body();
        assertThat(whole).hasSize(PART + 1_000);
        assertThat(Arrays.copyOfRange(whole, PART, whole.length)).isEqualTo(last);
        assertThat(Arrays.mismatch(whole, 0, PART, first, 0, PART)).isEqualTo(-1);
    }

    @Test
    void aPartThatWasNeverSentIsRefused() throws Exception {
        String key = key();
        String upload = store().beginParts(key);
        putPart(key, upload, 1, bytes(1_000));
        assertThatThrownBy(() -> store().completeParts(
                                key, upload, List.of(new BlobStore.PartTag(2, "\"d41d8cd98f00b204e9800998ecf8427e\""))))
                .isInstanceOf(StoreException.IngestConflict.class);
        assertThat(store().stat(key)).isEmpty();
    }

    @Test
    void deletedObjectsAndDroppedPartsAreGoneAndDroppingAgainIsFine() throws Exception {
        String key = key();
        put(store().upload(key).url(), bytes(10));
        store().delete(key);
        store().delete(key);
        assertThat(store().stat(key)).isEmpty();

        String inParts = key();
        String upload = store().beginParts(inParts);
        String tag = putPart(inParts, upload, 1, bytes(1_000));
        store().abortParts(inParts);
        store().abortParts(inParts);
        assertThatThrownBy(() -> store().completeParts(inParts, upload, List.of(new BlobStore.PartTag(1, tag))))
                .isInstanceOf(StoreException.class);
        assertThat(store().stat(inParts)).isEmpty();
    }

    @Test
    void putsAndDeletesBesideEachOtherDoNotMeet() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> work = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                work.add(() -> {
                    String key = key();
                    int status = put(store().upload(key).url(), bytes(100)).statusCode();
                    store().delete(key);
                    return status;
                });
            }
            for (var done : threads.invokeAll(work)) {
                assertThat(done.get()).isEqualTo(200);
            }
        }
    }

    @Test
    void anAddressIsForItsKeyOnly() throws Exception {
        String key = key();
        put(store().upload(key).url(), bytes(10));
        URI other = URI.create(store().download(key).url().toString().replace(key, key()));
        assertThat(http.send(HttpRequest.newBuilder(other).build(), BodyHandlers.ofByteArray())
                        .statusCode())
                .isEqualTo(403);
    }

    static String key() {
        return UUID.randomUUID().toString();
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    String putPart(String key, String upload, int number, byte[] content) throws Exception {
        HttpResponse<byte[]> answer =
                put(store().uploadPart(key, upload, number).url(), content);
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.headers().firstValue("ETag").orElseThrow();
    }

    private HttpResponse<byte[]> put(URI url, byte[] content) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(url)
                        .PUT(BodyPublishers.ofByteArray(content))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> get(String key, String range) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(store().download(key).url());
        if (range != null) {
            request.header("Range", range);
        }
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }
}
