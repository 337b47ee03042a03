package io.strata.layerstore.objects;

import io.minio.BucketExistsArgs;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import io.minio.RemoveObjectArgs;
import io.minio.StatObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.http.Method;
import io.minio.messages.Part;
import io.minio.messages.Upload;
import io.strata.layerstore.errors.StoreException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

/** S3 by the MinIO client: plain S3 only, so that MinIO, RustFS, Ceph, AWS and S3Proxy serve alike. */
public final class S3BlobStore implements BlobStore, AutoCloseable {
    private static final Set<String> NOT_THERE = Set.of("NoSuchKey", "NoSuchUpload", "NoSuchObject");
    private static final Set<String> BAD_PARTS =
            Set.of("InvalidPart", "InvalidPartOrder", "EntityTooSmall", "MalformedXML");
    private static final Set<String> BUCKET_IS_THERE = Set.of("BucketAlreadyOwnedByYou", "BucketAlreadyExists");

    /** OkHttp's own bound is five calls to a host at a time. */
    private static final int CALLS = 128;

    private final MinioAsyncClient client;
    private final OkHttpClient http;
    private final String bucket;
    private final Duration addressLife;
    private final String where;

    public S3BlobStore(S3Config config) {
        Dispatcher dispatcher = new Dispatcher();
        dispatcher.setMaxRequests(CALLS);
        dispatcher.setMaxRequestsPerHost(CALLS);
        this.http = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectTimeout(Duration.ofSeconds(5))
                .readTimeout(config.callTimeout())
                .callTimeout(config.callTimeout())
                .build();
        this.client = MinioAsyncClient.builder()
                .endpoint(config.endpoint().toString())
                .region(config.region())
                .credentials(config.accessKey(), config.secretKey())
                .httpClient(http)
                .build();
        this.bucket = config.bucket();
        this.addressLife = config.addressLife();
        this.where = config.endpoint() + "/" + bucket;
    }

    @Override
    public Address upload(String key) {
        return presign(Method.PUT, key, Map.of());
    }

    @Override
    public String beginParts(String key) {
        return call("begin an upload", () -> client.createMultipartUploadAsync(bucket, null, key, null, null))
                .result()
                .uploadId();
    }

    @Override
    public Address uploadPart(String key, String uploadId, int number) {
        return presign(Method.PUT, key, Map.of("partNumber", String.valueOf(number), "uploadId", uploadId));
    }

    @Override
    public void completeParts(String key, String uploadId, List<PartTag> parts) {
        Part[] given =
                parts.stream().map(part -> new Part(part.number(), part.etag())).toArray(Part[]::new);
        try {
            await(() -> client.completeMultipartUploadAsync(bucket, null, key, uploadId, given, null, null));
        } catch (Exception e) {
            String code = code(e).orElse("");
            if (BAD_PARTS.contains(code)) {
                throw new StoreException.IngestConflict("the parts do not make a blob: " + code);
            }
            if (!code.equals("NoSuchUpload") || stat(key).isEmpty()) {
                throw unavailable("complete an upload", e);
            }
        }
    }

    @Override
    public OptionalLong stat(String key) {
        try {
            return OptionalLong.of(await(() -> client.statObject(
                            StatObjectArgs.builder().bucket(bucket).object(key).build()))
                    .size());
        } catch (Exception e) {
            if (code(e).filter(NOT_THERE::contains).isPresent()) {
                return OptionalLong.empty();
            }
            throw unavailable("look at an object", e);
        }
    }

    @Override
    public Address download(String key) {
        return presign(Method.GET, key, Map.of());
    }

    @Override
    public void delete(String key) {
        unlessGone(
                "delete an object",
                () -> client.removeObject(
                        RemoveObjectArgs.builder().bucket(bucket).object(key).build()));
    }

    @Override
    public void abortParts(String key) {
        List<Upload> uploads = call(
                        "list uploads",
                        () -> client.listMultipartUploadsAsync(
                                bucket, null, null, null, null, null, key, null, null, null))
                .result()
                .uploads();
        for (Upload upload : uploads) {
            if (upload.objectName().equals(key)) {
                unlessGone(
                        "drop an upload",
                        () -> client.abortMultipartUploadAsync(bucket, null, key, upload.uploadId(), null, null));
            }
        }
    }

    @Override
    public void check() {
        boolean there = call(
                "look for the bucket",
                () -> client.bucketExists(
                        BucketExistsArgs.builder().bucket(bucket).build()));
        if (there) {
            return;
        }
        try {
            await(() ->
                    client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build()));
        } catch (Exception e) {
            if (code(e).filter(BUCKET_IS_THERE::contains).isEmpty()) {
                throw unavailable("make the bucket", e);
            }
        }
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    /** Signs; as the region is known, nobody is asked. */
    private Address presign(Method method, String key, Map<String, String> query) {
        Instant expires = Instant.now().plus(addressLife);
        try {
            return new Address(
                    URI.create(client.getPresignedObjectUrl(GetPresignedObjectUrlArgs.builder()
                            .method(method)
                            .bucket(bucket)
                            .object(key)
                            .expiry((int) addressLife.toSeconds())
                            .extraQueryParams(query)
                            .build())),
                    expires);
        } catch (Exception e) {
            throw unavailable("sign an address", e);
        }
    }

    private interface Call<T> {
        CompletableFuture<T> begin() throws Exception;
    }

    private <T> T call(String what, Call<T> call) {
        try {
            return await(call);
        } catch (Exception e) {
            throw unavailable(what, e);
        }
    }

    private <T> void unlessGone(String what, Call<T> call) {
        try {
            await(call);
        } catch (Exception e) {
            if (code(e).filter(NOT_THERE::contains).isEmpty()) {
                throw unavailable(what, e);
            }
        }
    }

    private static <T> T await(Call<T> call) throws Exception {
        try {
            return call.begin().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static Optional<String> code(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof ErrorResponseException answer) {
                return Optional.of(answer.errorResponse().code());
            }
        }
        return Optional.empty();
    }

    private StoreException unavailable(String what, Exception e) {
        String why =
                code(e).orElseGet(() -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        return new StoreException.ObjectsUnavailable("cannot " + what + " at " + where + ": " + why, e);
    }
}
