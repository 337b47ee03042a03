package io.strata.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code docker image inspect, history, images, tag, rmi}. */
class ImagesIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Strata strata = Strata.running();

    @BeforeAll
    static void pull() {
        Strata.running().ok("pull", "-q", "tomcat");
        Strata.running().ok("pull", "-q", "busybox");
    }

    private JsonNode inspect(String image) throws Exception {
        return JSON.readTree(strata.ok("image", "inspect", image)).get(0);
    }

    @Test
    void inspectShowsTheImageAsDockerDoes() throws Exception {
        JsonNode tomcat = inspect("tomcat");
        assertThat(tomcat.path("Id").asText()).matches("sha256:[0-9a-f]{64}");
        assertThat(tomcat.path("RepoTags").toString()).contains("tomcat:latest");
        assertThat(tomcat.path("RootFS").path("Type").asText()).isEqualTo("layers");
        assertThat(tomcat.path("RootFS").path("Layers")).hasSize(4);
        assertThat(tomcat.path("Config").path("Cmd").toString()).isEqualTo("[\"catalina.sh\",\"run\"]");
        assertThat(tomcat.path("Architecture").asText()).isNotEmpty();
        assertThat(tomcat.path("Size").asLong()).isGreaterThan(100_000_000);
    }

    @Test
    void historyAddsUpToTheSizeOfTheUnpackedLayers() throws Exception {
        long sum = strata.ok("history", "--human=false", "--format", "{{.Size}}", "tomcat")
                .lines()
                .mapToLong(Long::parseLong)
                .sum();
        assertThat(inspect("tomcat").path("Size").asLong()).isEqualTo(sum);
        assertThat(strata.ok("history", "tomcat"))
                .contains("IMAGE", "CREATED BY", "apt-get install openjdk-17-jre-headless");
    }

    @Test
    void imagesAreFiltered() {
        assertThat(strata.ok("images", "--format", "{{.Repository}}:{{.Tag}}", "tomcat"))
                .contains("tomcat:latest");
        assertThat(strata.ok("images", "-q", "--filter", "reference=busy*")).hasSize(12);
        assertThat(strata.ok("images", "--digests", "busybox"))
                .contains("DIGEST")
                .contains("sha256:");
        assertThat(strata.ok("images", "-q", "--filter", "label=no.such.label")).isEmpty();
    }

    @Test
    void aTagIsAnotherNameAndRmiTakesItAway() throws Exception {
        strata.ok("tag", "busybox", "tools/box:1.0");
        assertThat(inspect("tools/box:1.0").path("Id"))
                .isEqualTo(inspect("busybox").path("Id"));
        assertThat(strata.ok("rmi", "tools/box:1.0")).isEqualTo("Untagged: tools/box:1.0");
        assertThat(strata.docker("image", "inspect", "tools/box:1.0").exit()).isEqualTo(1);
        assertThat(strata.docker("image", "inspect", "busybox").exit()).isZero();
    }

    @Test
    void anImageInUseIsAConflict() {
        strata.ok("tag", "busybox", "used:1");
        String id = strata.ok("create", "used:1", "true");
        String image = strata.ok("image", "inspect", "--format", "{{.Id}}", "used:1");
        try {
            Ran ran = strata.docker("rmi", image);
            assertThat(ran.exit()).isEqualTo(1);
            assertThat(ran.err()).contains("conflict");
        } finally {
            strata.ok("rm", id);
            strata.ok("rmi", "used:1");
        }
    }

    @Test
    void whatIsNotThereIsSaidInDockersWords() {
        for (String call : List.of("rmi", "history")) {
            assertThat(strata.docker(call, "no-such-image:9").err()).contains("No such image: no-such-image:9");
        }
    }
}
