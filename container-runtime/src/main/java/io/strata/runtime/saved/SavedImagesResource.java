package io.strata.runtime.saved;

import io.strata.layerfs.LayerException;
import io.strata.oci.InvalidManifestException;
import io.strata.oci.InvalidReferenceException;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.routing.Call;
import io.strata.runtime.routing.EngineJson;
import io.strata.runtime.routing.EngineRoutes;
import io.strata.runtime.routing.Router;
import io.strata.runtime.saved.ImageSave.Saved;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code docker save} and {@code docker load}. */
@ApplicationScoped
class SavedImagesResource implements EngineRoutes {
    private final ImageSave save;
    private final ImageLoad load;

    SavedImagesResource(ImageSave save, ImageLoad load) {
        this.save = save;
        this.load = load;
    }

    @Override
    public void register(Router router) {
        router.get("/images/get", call -> save(call, call.queryAll("names")));
        router.get("/images/{name...}/get", call -> save(call, List.of(call.path("name"))));
        router.post("/images/load", this::load);
    }

    private void save(Call call, List<String> names) throws IOException {
        if (names.isEmpty()) {
            throw new EngineException.InvalidInput("names: at least one image is needed");
        }
        List<Saved> saved = save.find(names);
        OutputStream out = call.stream("application/x-tar");
        save.write(saved, out);
        // Only when it is whole: else the connection is cut.
        out.close();
    }

    private void load(Call call) throws IOException {
        List<String> lines = new ArrayList<>();
        try {
            load.run(call.body(), lines::add);
        } catch (LayerException | InvalidManifestException | InvalidReferenceException e) {
            throw new EngineException.InvalidInput(e.getMessage());
        }
        StringBuilder answer = new StringBuilder();
        lines.forEach(
                line -> answer.append(EngineJson.text(Map.of("stream", line))).append("\r\n"));
        call.respond(200, "application/json", answer.toString().getBytes(StandardCharsets.UTF_8));
    }
}
