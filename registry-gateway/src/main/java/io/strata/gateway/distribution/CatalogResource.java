package io.strata.gateway.distribution;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.strata.gateway.errors.OciError;
import io.strata.gateway.errors.RegistryException;
import io.strata.gateway.manifests.Manifests;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /v2/}, and the lists of repositories and of tags, in the order of their bytes, a page at a time. */
@Path("/v2")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "OCI Distribution")
public class CatalogResource {
    /** Names in a page at most, however many are asked for. */
    private static final int PAGE = 10_000;

    private final Manifests manifests;

    CatalogResource(Manifests manifests) {
        this.manifests = manifests;
    }

    public record Catalog(List<String> repositories) {}

    public record Tags(String name, List<String> tags) {}

    @GET
    public Response version() {
        return Response.ok(Map.of())
                .header("Docker-Distribution-API-Version", "registry/2.0")
                .build();
    }

    @GET
    @Path("_catalog")
    public Response catalog(@QueryParam("n") String n, @QueryParam("last") String last) {
        int limit = limit(n);
        String after = last == null || last.isEmpty() ? "" : key(last);
        List<String> found = limit == 0 ? List.of() : manifests.repositories(after, limit + 1);
        List<String> page = found.stream().limit(limit).map(V2Name::shown).toList();
        return answer(new Catalog(page), "/v2/_catalog?", found.size() > limit, page, limit);
    }

    private static String key(String shown) {
        return V2Name.of(shown, null).key();
    }

    @GET
    @Path("{name:.+}/tags/list")
    public Response tags(
            @PathParam("name") String name,
            @QueryParam("ns") String ns,
            @QueryParam("n") String n,
            @QueryParam("last") String last) {
        V2Name repository = V2Name.of(name, ns);
        int limit = limit(n);
        List<String> found = manifests
                .tags(repository.key(), last == null ? "" : last, limit + 1)
                .orElseThrow(() -> new RegistryException(
                        OciError.NAME_UNKNOWN, "the registry has no such repository", Map.of("name", name)));
        List<String> page = found.stream().limit(limit).toList();
        String path = repository.path("tags/list");
        String base = path + (path.indexOf('?') < 0 ? "?" : "&");
        return answer(new Tags(name, page), base, limit > 0 && found.size() > limit, page, limit);
    }

    /** @throws RegistryException PAGINATION_NUMBER_INVALID for what is no count (CVE-2023-2253) */
    private static int limit(String n) {
        if (n == null || n.isEmpty()) {
            return PAGE;
        }
        if (!n.matches("\\d{1,18}")) {
            throw new RegistryException(
                    OciError.PAGINATION_NUMBER_INVALID, "n is a number of names, from 0", Map.of("n", n));
        }
        return (int) Math.min(PAGE, Long.parseLong(n));
    }

    private static Response answer(Object body, String base, boolean more, List<String> page, int limit) {
        Response.ResponseBuilder answer = Response.ok(body);
        if (more) {
            String last = URLEncoder.encode(page.getLast(), StandardCharsets.UTF_8);
            answer.header("Link", "<" + base + "n=" + limit + "&last=" + last + ">; rel=\"next\"");
        }
        return answer.build();
    }
}
