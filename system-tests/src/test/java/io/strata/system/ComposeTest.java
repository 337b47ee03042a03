package io.strata.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** docker-compose.yml describes the services as they are. */
class ComposeTest {
    private static final List<String> SERVICES =
            List.of("registry-gateway", "layer-store", "container-runtime", "commit-service");
    private final Path root = Strata.projectRoot();
    private final JsonNode compose;

    ComposeTest() throws Exception {
        compose = new ObjectMapper(new YAMLFactory())
                .readTree(root.resolve("docker-compose.yml").toFile());
    }

    @Test
    void everyVariableIsOneThatTheServiceReads() throws Exception {
        Map<String, String> common = new java.util.HashMap<>();
        compose.path("x-environment")
                .properties()
                .forEach(p -> common.put(p.getKey(), p.getValue().asText()));
        String allProperties = "";
        for (String service : SERVICES) {
            allProperties += Files.readString(root.resolve(service + "/src/main/resources/application.properties"));
        }
        for (String variable : common.keySet()) {
            assertThat(allProperties).as(variable).contains("${" + variable);
        }
        for (String service : SERVICES) {
            String properties = Files.readString(root.resolve(service + "/src/main/resources/application.properties"));
            for (var variable :
                    compose.at("/services/" + service + "/environment").properties()) {
                if (!variable.getKey().equals("<<")) {
                    assertThat(properties)
                            .as(service + " reads " + variable.getKey())
                            .contains("${" + variable.getKey());
                }
            }
        }
    }

    @Test
    void portsAndHealthPathsAreTheServices() throws Exception {
        for (String service : SERVICES) {
            JsonNode described = compose.at("/services/" + service);
            String properties = Files.readString(root.resolve(service + "/src/main/resources/application.properties"));
            String port = described.at("/environment/STRATA_HTTP_PORT").asText();
            assertThat(properties).contains("quarkus.http.port=${STRATA_HTTP_PORT:" + port + "}");
            assertThat(described.path("ports").get(0).asText()).isEqualTo("127.0.0.1:" + port + ":" + port);
            assertThat(described.at("/healthcheck/test").toString()).contains(":" + port + "/q/health/ready");
            assertThat(Files.readString(root.resolve(service + "/pom.xml"))).contains("quarkus-smallrye-health");
        }
    }

    @Test
    void composeAcceptsIt() {
        Ran version = Command.run("docker", "compose", "version");
        assumeThat(version.exit()).as("docker compose is installed").isZero();
        Ran config = Command.of(List.of(
                        "docker",
                        "compose",
                        "-f",
                        root.resolve("docker-compose.yml").toString(),
                        "config",
                        "--quiet"))
                .environment(Map.of("STRATA_DATABASE_PASSWORD", "x", "AWS_SECRET_ACCESS_KEY", "y"))
                .run();
        assertThat(config.exit()).as(config.all()).isZero();
    }
}
