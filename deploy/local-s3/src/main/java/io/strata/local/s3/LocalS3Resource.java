package io.strata.local.s3;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;

/**
 * {@code @QuarkusTestResource(LocalS3Resource.class)}: S3 for a service's tests, one for the whole test JVM. It ends with it,
 * so {@link #stop()} has nothing to do.
 */
public final class LocalS3Resource implements QuarkusTestResourceLifecycleManager {
    /** System properties outlive the class loaders that Quarkus makes for each test profile; statics do not. */
    private static final String REGISTRY = "strata.local.s3.";

    @Override
    public Map<String, String> start() {
        synchronized (System.getProperties()) {
            if (System.getProperty(REGISTRY + "STRATA_S3_ENDPOINT") == null) {
                try {
                    LocalS3.start(Files.createTempDirectory("strata-s3-"))
                            .environment()
                            .forEach((name, value) -> System.setProperty(REGISTRY + name, value));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            Map<String, String> environment = new HashMap<>();
            for (String name : System.getProperties().stringPropertyNames()) {
                if (name.startsWith(REGISTRY)) {
                    environment.put(name.substring(REGISTRY.length()), System.getProperty(name));
                }
            }
            return environment;
        }
    }

    @Override
    public void stop() {}
}
