package io.strata.runtime.images;

import io.strata.layerfs.LayerException;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import io.strata.oci.InvalidReferenceException;
import io.strata.oci.Platform;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.images.NodeImages.Image;
import io.strata.runtime.images.RegistryGatewayClient.Completed;
import io.strata.runtime.node.PeersConfig;
import io.strata.runtime.relay.Relay;
import io.strata.runtime.routing.Call;
import io.strata.runtime.routing.EngineJson;
import io.strata.runtime.routing.EngineRoutes;
import io.strata.runtime.routing.Router;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The Engine API's images: pulled here, otherwise the registry-gateway's. */
@ApplicationScoped
class ImagesResource implements EngineRoutes {
    private static final Logger LOG = Logger.getLogger(ImagesResource.class);

    private final Pulls pulls;
    private final ImageImport imports;
    private final NodeImages images;
    private final ImageUse use;
    private final ImagePrune prune;
    private final Relay relay;
    private final PeersConfig peers;

    ImagesResource(
            Pulls pulls,
            ImageImport imports,
            NodeImages images,
            ImageUse use,
            ImagePrune prune,
            Relay relay,
            PeersConfig peers) {
        this.pulls = pulls;
        this.imports = imports;
        this.images = images;
        this.use = use;
        this.prune = prune;
        this.relay = relay;
        this.peers = peers;
    }

    @Override
    public void register(Router router) {
        router.post("/images/create", this::create);
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

    private void relayed(Call call) throws IOException {
        relay.pass(call, peers.registryGateway(), RegistryGatewayClient.NAME);
    }

    private void create(Call call) throws IOException {
        if (call.query("fromSrc").isPresent()) {
            importTar(call);
            return;
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

    private void importTar(Call call) throws IOException {
        if (!call.query("fromSrc").orElseThrow().equals("-")) {
            throw new EngineException.NotImplemented("docker import of an address (import what you fetched, with -)");
        }
        if (!call.queryAll("changes").stream().allMatch(String::isEmpty)) {
            throw new EngineException.NotImplemented("docker import --change (use docker commit --change)");
        }
        try {
            Optional<ImageReference> name = call.query("repo")
                    .map(repository -> ImageReference.parse(
                            repository + call.query("tag").map(tag -> ":" + tag).orElse("")));
            Platform platform = call.query("platform").map(Platform::parse).orElseGet(Platform::current);
            Digest imageId = imports.run(
                    call.body(), name, platform, call.query("message").orElse(""));
            call.respond(
                    200,
                    "application/json",
                    (EngineJson.text(Map.of("status", imageId.toString())) + "\r\n").getBytes(StandardCharsets.UTF_8));
        } catch (InvalidReferenceException | LayerException e) {
            throw new EngineException.InvalidInput(e.getMessage());
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
