package io.strata.commit.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.strata.commit.commits.CommitRequest;
import io.strata.commit.commits.Commits;
import io.strata.oci.Digest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * The Engine API's {@code POST /commit}. The node that relays it adds {@code node}, {@code containerId} and {@code parent}, as only it knows
 * what {@code container} means.
 */
@Path("/commit")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class CommitCallResource {
    private final Commits commits;

    CommitCallResource(Commits commits) {
        this.commits = commits;
    }

    public record Id(@JsonProperty("Id") Digest id) {}

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "docker commit; answers when the name resolves")
    public Response commit(
            @QueryParam("node") String node,
            @QueryParam("containerId") String containerId,
            @QueryParam("parent") String parent,
            @QueryParam("repo") @DefaultValue("") String repo,
            @QueryParam("tag") @DefaultValue("") String tag,
            @QueryParam("author") @DefaultValue("") String author,
            @QueryParam("comment") @DefaultValue("") String comment,
            @QueryParam("pause") @DefaultValue("1") String pause,
            @QueryParam("changes") List<String> changes,
            byte[] body) {
        CommitRequest request =
                new CommitCall(node, containerId, parent, repo, tag, author, comment, pause, changes, body).request();
        return Response.status(Response.Status.CREATED)
                .entity(new Id(commits.commit(request)))
                .build();
    }
}
