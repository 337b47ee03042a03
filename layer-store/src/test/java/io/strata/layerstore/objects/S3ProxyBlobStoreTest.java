package io.strata.layerstore.objects;

import io.strata.local.s3.LocalS3;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the embedded S3. */
final class S3ProxyBlobStoreTest extends BlobStoreContract {
    private static LocalS3 s3;
    private static S3BlobStore store;

    @BeforeAll
    static void start(@TempDir Path home) throws IOException {
        s3 = LocalS3.start(home.resolve("s3"));
        store = new S3BlobStore(new TestS3Config(s3.endpoint()));
        store.check();
        store.check();
    }

    @AfterAll
    static void stop() {
        store.close();
        s3.close();
    }

    @Override
    BlobStore store() {
        return store;
    }
}
