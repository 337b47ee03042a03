package io.strata.layerstore.objects;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;

/** Where the bytes are. The environment's names are in application.properties. */
@ConfigMapping(prefix = "strata.s3")
public interface S3Config {
    /**
     * {@code STRATA_S3_ENDPOINT}. As everybody who reads or writes blobs reaches it, not only layer-store: an address that is
     * given away is signed for this host.
     */
    URI endpoint();

    /** {@code STRATA_S3_BUCKET}: made when it is missing. */
    String bucket();

    /** {@code STRATA_S3_REGION}: part of every signature, so it is never asked for. */
    String region();

    /** {@code AWS_ACCESS_KEY_ID}. */
    String accessKey();

    /** {@code AWS_SECRET_ACCESS_KEY}. */
    String secretKey();

    /** How long an address may be used: longer than the longest transfer takes to begin, at most seven days (S3's limit). */
    @WithDefault("1h")
    Duration addressLife();

    /**
     * How long one call to S3 may take. Long, as stores that are not S3 itself (S3Proxy) write every byte again when an upload in
     * parts is completed.
     */
    @WithDefault("10m")
    Duration callTimeout();
}
