package io.strata.runtime.images;

import io.strata.runtime.errors.EngineException;
import io.strata.runtime.images.NodeImages.Image;
import io.strata.runtime.images.RegistryGatewayClient.Completed;
import io.strata.runtime.node.PeersConfig;
import io.strata.runtime.relay.Relay;
import io.strata.runtime.routing.Call;
import io.strata.runtime.routing.EngineRoutes;
import io.strata.runtime.routing.RouteHandler;
import io.strata.runtime.routing.Router;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.jboss.logging.Logger;

/** The Engine API's images: pulled here, otherwise the registry-gateway's. */
@ApplicationScoped
class ImagesResource implements EngineRoutes {
    private static final Logger LOG = Logger.getLogger(ImagesResource.class);

    private final Pulls pulls;
    private final NodeImages images;
    private final ImageUse use;
    private final ImagePrune prune;
    private final Relay relay;
    private final PeersConfig peers;

    ImagesResource(Pulls pulls, NodeImages images, ImageUse use, ImagePrune prune, Relay relay, PeersConfig peers) {
        this.pulls = pulls;
        this.images = images;
        this.use = use;
        this.prune = prune;
        this.relay = relay;
        this.peers = peers;
    }

    @Override
    public void register(Router router) {
        router.post("/images/create", this::create);
        router.post("/images/load", missing("docker load"));
        router.get("/images/get", missing("docker save"));
        router.get("/images/{name...}/get", missing("docker save"));
        router.post("/images/prune", call -> call.json(200, prune.prune(call.filters())));
        router.get("/images/json", this::relayed);
        router.get("/images/search", this::relayed);
        router.get("/images/{name...}/json", this::relayed);
        router.get("/images/{name...}/history", this::relayed);
        router.post("/images/{name...}/tag", this::relayed);
        router.post("/images/{name...}/push", this::relayed);
        router.delete("/images/{name...}", this::delete);
        router.post("/auth", this::relayed);
        router.get("/distribution/{name...}/json", this::relayed);
    }

    private static RouteHandler missing(String what) {
        return call -> {
            throw new EngineException.NotImplemented(what);
        };
    }

    private void relayed(Call call) throws IOException {
        relay.pass(call, peers.registryGateway(), RegistryGatewayClient.NAME);
    }

    private void create(Call call) throws IOException {
        if (call.query("fromSrc").isPresent()) {
            throw new EngineException.NotImplemented("docker import");
        }
        String fromImage =
                call.query("fromImage").orElseThrow(() -> new EngineException.InvalidInput("invalid reference format"));
        PullRequest request =
                PullRequest.of(fromImage, call.query("tag"), call.query("platform"), call.header("X-Registry-Auth"));
        call.body().transferTo(OutputStream.nullOutputStream());
        call.whenGone(Thread.currentThread()::interrupt);
        try (NodePull pull = pulls.begin(request)) {
            answer(call, request, pull);
        } catch (PullException refused) {
            call.json(refused.status(), Map.of("message", refused.getMessage()));
        }
    }

    private static void answer(Call call, PullRequest request, NodePull pull) throws IOException {
        OutputStream out = call.stream("application/json");
        PullProgress progress = new PullProgress(out);
        String name = request.reference().familiar();
        try {
            progress.message(
                    request.reference().tagOrDigest(),
                    "Pulling from " + request.reference().path());
            Completed completed = pull.run(progress);
            progress.message("Digest: " + pull.resolved().manifest());
            progress.message("Status: "
                    + (completed.newer() ? "Downloaded newer image for " : "Image is up to date for ") + name);
        } catch (IOException | EngineException failure) {
            if (Thread.interrupted()) {
                LOG.infof("the pull of %s was given up by its client", name);
                throw failure;
            }
            LOG.warnf("the pull of %s failed: %s", name, failure.getMessage());
            progress.failed(failure.getMessage());
        }
        out.close();
    }

    private void delete(Call call) throws IOException {
        String name = call.path("name");
        Image image = images.find(name);
        ImageRemoval.check(name, image, use.of(image.imageId()), call.flag("force"));
        relayed(call);
    }
}
