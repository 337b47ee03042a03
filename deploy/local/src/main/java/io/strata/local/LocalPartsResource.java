package io.strata.local;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * {@code @QuarkusTestResource(LocalPartsResource.class)}: Kafka and PostgreSQL for a service's tests, one of each for the
 * whole test JVM. They end with it, so {@link #stop()} has nothing to do.
 */
public final class LocalPartsResource implements QuarkusTestResourceLifecycleManager {
    /** System properties outlive the class loaders that Quarkus makes for each test profile; statics do not. */
    private static final String REGISTRY = "strata.local.parts.";

    @Override
    public Map<String, String> start() {
        synchronized (System.getProperties()) {
            if (System.getProperty(REGISTRY + "STRATA_KAFKA") == null) {
                try {
                    Path home = Files.createTempDirectory("strata-parts-");
                    LocalParts.start(home)
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
