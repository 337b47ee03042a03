package io.strata.gateway.upstream;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code docker search}: the search of Docker Hub's index (v1), which some other registries have too. */
@ApplicationScoped
public class ImageSearch {
    private static final int MAX_ANSWER = 4 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RegistryEndpoints endpoints;
    private final RegistryCalls calls;
    private final URI hub;

    ImageSearch(RegistryEndpoints endpoints, RegistryCalls calls, UpstreamConfig config) {
        this.endpoints = endpoints;
        this.calls = calls;
        this.hub = URI.create(config.search());
    }

    /** A repository as the index describes it, in the Engine API's form. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Found(
            String name,
            String description,
            @JsonProperty("star_count") int stars,
            @JsonProperty("is_official") boolean official,
            @JsonProperty("is_automated") boolean automated) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Page(List<Found> results) {}

    /**
     * @param domain of the registry
     * @param limit at most so many
     * @throws UpstreamException when the registry cannot be searched
     */
    public List<Found> search(String domain, String term, int limit, Credentials credentials) {
        Endpoint named = endpoints.of(domain);
        // Docker Hub's index is not where its blobs are.
        Endpoint endpoint = named.configured() || !domain.equals(io.strata.oci.ImageReference.DEFAULT_DOMAIN)
                ? named
                : new Endpoint(domain, hub, true);
        String path = "/v1/search?q=" + URLEncoder.encode(term, StandardCharsets.UTF_8) + "&n=" + limit;
        RegistryCalls.Answer answer = calls.send(Call.of("GET", endpoint, path, Scope.NONE, credentials));
        if (answer.status() == 404) {
            answer.discard();
            throw new UpstreamException.NotFound(
                    "the registry " + domain + " (" + Addresses.shown(endpoint.base()) + ") has no search");
        }
        if (answer.status() != 200) {
            throw RegistryErrors.of(answer.response());
        }
        try (InputStream body = answer.body()) {
            List<Found> found =
                    JSON.readValue(body.readNBytes(MAX_ANSWER), Page.class).results();
            return found == null ? List.of() : found.stream().limit(limit).toList();
        } catch (IOException e) {
            throw new UpstreamException.Invalid("the search of " + domain + " did not answer as an index does", e);
        }
    }
}
