package io.strata.layerstore.objects;

import io.strata.local.s3.LocalS3;
import java.net.URI;
import java.time.Duration;

record TestS3Config(URI endpoint) implements S3Config {
    @Override
    public String bucket() {
        return "contract";
    }

    @Override
    public String region() {
        return LocalS3.REGION;
    }

    @Override
    public String accessKey() {
        return LocalS3.ACCESS_KEY;
    }

    @Override
    public String secretKey() {
        return LocalS3.SECRET_KEY;
    }

    @Override
    public Duration addressLife() {
        return Duration.ofMinutes(10);
    }

    @Override
    public Duration callTimeout() {
        return Duration.ofMinutes(1);
    }
}
