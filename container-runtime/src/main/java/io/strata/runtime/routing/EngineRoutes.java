package io.strata.runtime.routing;

/**
 * A group of the Engine API's endpoints. Make it an {@code @ApplicationScoped} bean named {@code …Resource}; the endpoint
 * collects all of them when it starts:
 *
 * <pre>{@code
 * @ApplicationScoped
 * public class VolumesResource implements EngineRoutes {
 *     public void register(Router router) {
 *         router.get("/volumes", call -> call.json(200, volumes.list()));
 *         router.get("/volumes/{name}", call -> call.json(200, shown(call.path("name"))));
 *         router.post("/volumes/create", call -> call.json(201, create(call.body(CreateVolume.class))));
 *         router.delete("/volumes/{name}", call -> { …; call.empty(204); });
 *     }
 * }
 * }</pre>
 *
 * A route says what it answers on {@link Call}; to refuse it throws an {@link io.strata.runtime.errors.EngineException}
 * (any other exception is a 500). Each call has a virtual thread of its own and may block.
 */
public interface EngineRoutes {
    void register(Router router);
}
