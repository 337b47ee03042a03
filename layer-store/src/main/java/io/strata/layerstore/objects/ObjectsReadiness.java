package io.strata.layerstore.objects;

import io.strata.layerstore.errors.StoreException;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** {@code s3} in {@code /q/health/ready}: S3 answers, and the bucket is there. */
@Readiness
@ApplicationScoped
final class ObjectsReadiness implements HealthCheck {
    private final BlobStore store;

    ObjectsReadiness(BlobStore store) {
        this.store = store;
    }

    @Override
    public HealthCheckResponse call() {
        try {
            store.check();
            return HealthCheckResponse.up("s3");
        } catch (StoreException.ObjectsUnavailable e) {
            return HealthCheckResponse.named("s3")
                    .down()
                    .withData("reason", e.getMessage())
                    .build();
        }
    }
}
