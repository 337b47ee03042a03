package io.strata.runtime.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.strata.runtime.node.PeersConfig;
import io.strata.runtime.routing.ApiVersion;
import io.strata.runtime.routing.EngineJson;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jboss.logging.Logger;

/** The cluster's images as registry-gateway lists them, for {@code docker info} and {@code docker system df}. */
@ApplicationScoped
public class ImageListClient {
    private static final Logger LOG = Logger.getLogger(ImageListClient.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final URI gateway;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    ImageListClient(PeersConfig peers) {
        this.gateway = peers.registryGateway();
    }

    /** {@code GET /images/json}; empty when the gateway does not answer, as a machine's facts are told all the same. */
    JsonNode images() {
        HttpRequest request = HttpRequest.newBuilder(gateway.resolve("/images/json"))
                .timeout(PATIENCE)
                .header("X-Strata-Api-Version", ApiVersion.NEWEST.toString())
                .build();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                return EngineJson.tree(answer.body());
            }
            LOG.warnf("registry-gateway answered %d to the list of images", answer.statusCode());
        } catch (IOException e) {
            LOG.warnf("registry-gateway at %s does not answer: %s", gateway, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return JsonNodeFactory.instance.arrayNode();
    }
}
