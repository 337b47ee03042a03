package io.strata.gateway.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.strata.gateway.errors.GatewayException;
import io.strata.gateway.names.Images;
import io.strata.gateway.names.Naming;
import io.strata.gateway.names.ReleasedOwners;
import io.strata.gateway.names.Removal;
import io.strata.oci.ImageReference;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * The Engine API's images, without the version prefix: the node strips it and sends it as {@code X-Strata-Api-Version}.
 * Pruning is the node's, as it knows what containers use.
 */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Engine API")
public class EngineImagesResource {
    private static final String VERSION = "X-Strata-Api-Version";

    private final ImageList list;
    private final ImageInspect inspect;
    private final ImageHistory history;
    private final Images images;
    private final Naming naming;
    private final Removal removal;
    private final ReleasedOwners owners;

    EngineImagesResource(
            ImageList list,
            ImageInspect inspect,
            ImageHistory history,
            Images images,
            Naming naming,
            Removal removal,
            ReleasedOwners owners) {
        this.list = list;
        this.inspect = inspect;
        this.history = history;
        this.images = images;
        this.naming = naming;
        this.removal = removal;
        this.owners = owners;
    }

    /** One of the two. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Removed(
            @JsonProperty("Untagged") String untagged,
            @JsonProperty("Deleted") String deleted) {
        static Removed of(Removal.Line line) {
            return switch (line) {
                case Removal.Line.Untagged(String name) -> new Removed(name, null);
                case Removal.Line.Deleted(String id) -> new Removed(null, id);
            };
        }
    }

    @GET
    @Path("images/json")
    public List<ImageList.Summary> list(
            @QueryParam("all") String all,
            @QueryParam("filters") String filters,
            @QueryParam("shared-size") String sharedSize,
            @HeaderParam(VERSION) String version)
            throws IOException {
        return list.list(isTrue(all), ImageFilters.parse(filters), isTrue(sharedSize), EngineVersion.of(version));
    }

    /** As moby reads a boolean of a query ({@code httputils.BoolValue}). */
    private static boolean isTrue(String value) {
        String text = value == null ? "" : value.trim().toLowerCase(java.util.Locale.ROOT);
        return !(text.isEmpty()
                || text.equals("0")
                || text.equals("no")
                || text.equals("false")
                || text.equals("none"));
    }

    @GET
    @Path("images/{name:.+}/json")
    public Map<String, Object> inspect(@PathParam("name") String name, @HeaderParam(VERSION) String version)
            throws IOException {
        return inspect.of(name, EngineVersion.of(version));
    }

    @GET
    @Path("images/{name:.+}/history")
    public List<ImageHistory.Step> history(@PathParam("name") String name) throws IOException {
        return history.of(name);
    }

    @POST
    @Path("images/{name:.+}/tag")
    public Response tag(
            @PathParam("name") String name, @QueryParam("repo") String repository, @QueryParam("tag") String tag)
            throws IOException {
        ImageReference target = target(repository, Optional.ofNullable(tag).filter(t -> !t.isEmpty()));
        naming.tag(images.resolve(name), target);
        return Response.status(Response.Status.CREATED).build();
    }

    private static ImageReference target(String repository, Optional<String> tag) {
        if (tag.filter(t -> !ImageReference.isTag(t)).isPresent()) {
            throw new GatewayException.InvalidInput("invalid tag format");
        }
        ImageReference target = ImageReference.parse(repository == null ? "" : repository);
        if (target.digest().isPresent()) {
            throw new GatewayException.InvalidInput("refusing to create a tag with a digest reference");
        }
        if (target.path().equals("library/sha256")) {
            throw new GatewayException.InvalidInput(
                    "refusing to create an ambiguous tag using digest algorithm as name");
        }
        return tag.map(target::withTag).orElse(target);
    }

    @DELETE
    @Path("images/{name:.+}")
    public List<Removed> remove(@PathParam("name") String name, @QueryParam("force") String force) {
        List<Removal.Line> lines = removal.remove(name, isTrue(force));
        owners.soon();
        return lines.stream().map(Removed::of).toList();
    }
}
