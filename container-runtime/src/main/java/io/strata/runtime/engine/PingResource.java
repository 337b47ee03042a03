package io.strata.runtime.engine;

import io.strata.runtime.http.Headers;
import io.strata.runtime.routing.ApiVersion;
import io.strata.runtime.routing.Call;
import io.strata.runtime.routing.EngineRoutes;
import io.strata.runtime.routing.Router;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** {@code /_ping} and {@code /version}: what each client asks first. */
@ApplicationScoped
public class PingResource implements EngineRoutes {
    /** {@code Builder-Version: 1}, or {@code docker build} asks for buildx; no cache of this answer may be kept. */
    private static final Map<String, String> PING = Map.of(
            "Builder-Version", "1",
            "Swarm", "inactive",
            "Cache-Control", "no-cache, no-store, must-revalidate",
            "Pragma", "no-cache",
            "Content-Type", "text/plain; charset=utf-8");

    private final String strataVersion;

    PingResource(@ConfigProperty(name = "quarkus.application.version") String strataVersion) {
        this.strataVersion = strataVersion;
    }

    @Override
    public void register(Router router) {
        router.head("/_ping", call -> call.headersOnly(200, PING));
        router.get("/_ping", PingResource::ping);
        router.get("/version", call -> call.json(200, version()));
    }

    private static void ping(Call call) throws IOException {
        Headers headers = Headers.of(
                "Api-Version", ApiVersion.NEWEST.toString(), "Docker-Experimental", "false", "Ostype", "linux");
        PING.forEach(headers::add);
        call.exchange().respond(200, headers, new byte[] {'O', 'K'});
    }

    private Map<String, Object> version() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("ApiVersion", ApiVersion.NEWEST.toString());
        details.put("Arch", Machine.architecture());
        details.put("Experimental", "false");
        details.put("GoVersion", "java" + Runtime.version().feature());
        details.put("KernelVersion", Machine.kernel());
        details.put("MinAPIVersion", ApiVersion.OLDEST.toString());
        details.put("Os", "linux");
        Map<String, Object> version = new LinkedHashMap<>();
        version.put("Platform", Map.of("Name", "Strata"));
        version.put("Version", strataVersion);
        version.put("ApiVersion", ApiVersion.NEWEST.toString());
        version.put("MinAPIVersion", ApiVersion.OLDEST.toString());
        version.put("Os", "linux");
        version.put("Arch", Machine.architecture());
        version.put("KernelVersion", Machine.kernel());
        version.put("GoVersion", "java" + Runtime.version().feature());
        version.put("GitCommit", "");
        version.put("BuildTime", "");
        version.put("Components", List.of(Map.of("Name", "Engine", "Version", strataVersion, "Details", details)));
        return version;
    }
}
