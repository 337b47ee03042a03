package io.strata.gateway.push;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.strata.gateway.errors.GatewayException;
import io.strata.gateway.upstream.Credentials;
import io.strata.gateway.upstream.ImageSearch;
import io.strata.gateway.upstream.UpstreamException;
import io.strata.oci.ImageReference;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The Engine API's calls that only ask another registry: {@code /auth}, {@code /distribution/{name}/json}, {@code /images/search}. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
public class RegistryResource {
    private static final int MAX_RESULTS = 100;

    private final RegistryQuestions questions;
    private final ObjectMapper json;

    RegistryResource(RegistryQuestions questions, ObjectMapper json) {
        this.questions = questions;
        this.json = json;
    }

    /** As the Engine API has it. */
    public record LoggedIn(
            @JsonProperty("Status") String status,
            @JsonProperty("IdentityToken") String identityToken) {}

    @POST
    @Path("auth")
    @RunOnVirtualThread
    @Operation(summary = "Checks credentials against their registry (Engine API)")
    public LoggedIn login(byte[] body) {
        try {
            questions.login(Credentials.fromJson(body == null ? new byte[0] : body));
        } catch (UpstreamException e) {
            throw e.forEngine();
        } catch (IllegalArgumentException e) {
            throw new GatewayException.InvalidInput(e.getMessage());
        }
        return new LoggedIn("Login Succeeded", "");
    }

    @GET
    @Path("distribution/{name:.+}/json")
    @RunOnVirtualThread
    @Operation(summary = "What a name is in its registry (Engine API)")
    public RegistryQuestions.Distribution distribution(
            @PathParam("name") String name, @HeaderParam("X-Registry-Auth") String authorization) {
        try {
            return questions.distribution(ImageReference.parse(name), Credentials.fromHeader(authorization));
        } catch (UpstreamException e) {
            throw e.forEngine();
        } catch (IllegalArgumentException e) {
            throw new GatewayException.InvalidInput(e.getMessage());
        }
    }

    @GET
    @Path("images/search")
    @RunOnVirtualThread
    @Operation(summary = "Searches a registry (Engine API)")
    public List<ImageSearch.Found> search(
            @QueryParam("term") String term,
            @QueryParam("limit") @DefaultValue("25") int limit,
            @QueryParam("filters") String filters,
            @HeaderParam("X-Registry-Auth") String authorization) {
        if (limit < 1 || limit > MAX_RESULTS) {
            throw new GatewayException.InvalidInput(
                    "limit " + limit + " is outside the range of [1, " + MAX_RESULTS + "]");
        }
        if (term == null || term.isBlank()) {
            throw new GatewayException.InvalidInput("search needs a term");
        }
        try {
            return questions.search(term.strip(), limit, filters(filters), Credentials.fromHeader(authorization));
        } catch (UpstreamException e) {
            throw e.forEngine();
        } catch (IllegalArgumentException e) {
            throw new GatewayException.InvalidInput(e.getMessage());
        }
    }

    private Map<String, Set<String>> filters(String text) {
        if (text == null || text.isBlank()) {
            return Map.of();
        }
        try {
            Map<String, Map<String, Boolean>> read = json.readValue(text, new TypeReference<>() {});
            return read.entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, e -> Set.copyOf(e.getValue().keySet())));
        } catch (JsonProcessingException e) {
            throw new GatewayException.InvalidInput("invalid filter");
        }
    }
}
