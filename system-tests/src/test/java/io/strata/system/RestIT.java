package io.strata.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** REST of each service, beside the Docker and OCI forms. */
class RestIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Strata strata = Strata.running();
    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> get(int offset, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + strata.port(offset) + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void layersSayTheirSizeFilesAndUsers() throws Exception {
        strata.ok("pull", "-q", "busybox");
        String id = strata.ok("create", "busybox");
        String diffId = strata.ok("image", "inspect", "--format", "{{index .RootFS.Layers 0}}", "busybox");
        assertThat(get(1, "/layers").body()).contains(diffId);
        JsonNode layer = JSON.readTree(get(1, "/layers/" + diffId).body());
        assertThat(layer.path("diffId").asText()).isEqualTo(diffId);
        assertThat(layer.path("size").asLong()).isPositive();
        assertThat(layer.path("unpackedSize").asLong()).isPositive();
        assertThat(layer.path("files").asLong()).isPositive();
        assertThat(layer.path("users").toString()).contains("manifest").contains(id);
        strata.ok("rm", id);
    }

    @Test
    void imagesContainersAndCommitsAreListed() throws Exception {
        strata.ok("pull", "-q", "busybox");
        String id = strata.ok("create", "busybox");
        strata.ok("commit", id, "listed:1");
        assertThat(get(0, "/images").body()).contains("docker.io/library/listed:1");
        assertThat(get(2, "/containers").body()).contains(id);
        assertThat(get(2, "/containers/" + id).body()).contains(id);
        assertThat(get(3, "/commits").body()).contains(id);
        strata.ok("rm", id);
    }

    @Test
    void everyServiceTellsItsHealthMetricsAndApi() throws Exception {
        for (int offset = 0; offset < 4; offset++) {
            assertThat(get(offset, "/q/health").body())
                    .as("health of +" + offset)
                    .contains("\"UP\"");
            assertThat(get(offset, "/q/metrics").statusCode()).isEqualTo(200);
            assertThat(get(offset, "/q/openapi").body()).contains("openapi:");
        }
    }

    @Test
    void whatIsNotThereIsAProblem() throws Exception {
        String nothing = "sha256:" + "0".repeat(64);
        for (var wrong : new Object[][] {
            {1, "/layers/" + nothing}, {1, "/blobs/" + nothing}, {2, "/containers/nothing"}, {3, "/commits/nothing"}
        }) {
            HttpResponse<String> answer = get((int) wrong[0], (String) wrong[1]);
            assertThat(answer.statusCode()).as(wrong[1].toString()).isIn(400, 404);
            assertThat(answer.headers().firstValue("content-type").orElse(""))
                    .as(wrong[1].toString())
                    .startsWith("application/problem+json");
            assertThat(JSON.readTree(answer.body()).path("status").asInt()).isEqualTo(answer.statusCode());
        }
    }

    @Test
    void digestsThatAreNoneAreRefused() throws Exception {
        for (String digest :
                new String[] {"sha256:..%2F..%2Fx", "sha256:ABC", "md5:" + "0".repeat(32), "sha256:" + "0".repeat(63)
                }) {
            assertThat(get(1, "/blobs/" + digest).statusCode()).as(digest).isIn(400, 404);
            assertThat(get(0, "/v2/library/busybox/blobs/" + digest).statusCode())
                    .as(digest)
                    .isIn(400, 404);
        }
    }
}
