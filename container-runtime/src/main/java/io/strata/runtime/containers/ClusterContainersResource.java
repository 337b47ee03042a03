package io.strata.runtime.containers;

import io.strata.oci.ContainerConfig;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Strata's own view of containers, for the other services and for operators; the Engine API is on the unix socket. */
@Path("/containers")
@Produces(MediaType.APPLICATION_JSON)
public class ClusterContainersResource {
    private final Containers containers;

    ClusterContainersResource(Containers containers) {
        this.containers = containers;
    }

    /**
     * @param state   {@code created}, {@code running}, {@code restarting}, {@code exited}, {@code removing}, {@code dead}
     * @param command entrypoint and arguments
     * @param created RFC 3339
     * @param config  what an image could have of the container's configuration
     */
    public record Shown(
            String id,
            String name,
            String node,
            String state,
            boolean paused,
            String image,
            String imageId,
            List<String> command,
            String created,
            ContainerConfig config) {
        static Shown of(Container container) {
            List<String> command = new ArrayList<>();
            for (List<String> words : List.of(
                    orNone(container.config().entrypoint()),
                    orNone(container.config().cmd()))) {
                command.addAll(words);
            }
            return new Shown(
                    container.id(),
                    container.name(),
                    container.node(),
                    container.state().word(),
                    container.paused(),
                    container.image(),
                    container.imageId().toString(),
                    command,
                    container.created().toString(),
                    container.config().toImageConfig());
        }

        private static List<String> orNone(List<String> words) {
            return words == null ? List.of() : words;
        }
    }

    @GET
    @Operation(summary = "Every container of the cluster, the newest first")
    public List<Shown> all() {
        return containers.all().stream().map(Shown::of).toList();
    }

    @GET
    @Path("/{idOrName}")
    @Operation(summary = "One container, by its id, the beginning of it, or its name")
    @APIResponse(responseCode = "404", description = "There is no such container (application/problem+json)")
    public Shown one(@PathParam("idOrName") String idOrName) {
        return Shown.of(containers.find(idOrName));
    }
}
