package io.strata.runtime.routing;

import io.strata.runtime.errors.EngineException;
import io.strata.runtime.http.Exchange;
import io.strata.runtime.http.Handler;
import io.strata.runtime.http.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Engine API's paths, with and without {@code /v1.NN}. What is not registered is 501 with its name, never 404: the CLI
 * takes a 404 for "no such thing". The first route that fits wins, so longer fixed patterns are registered first.
 */
public final class Router implements Handler {
    private final List<Route> routes = new ArrayList<>();
    private final EngineErrors errors = new EngineErrors();

    public Router head(String pattern, RouteHandler handler) {
        return add("HEAD", pattern, handler);
    }

    public Router get(String pattern, RouteHandler handler) {
        return add("GET", pattern, handler);
    }

    public Router post(String pattern, RouteHandler handler) {
        return add("POST", pattern, handler);
    }

    public Router put(String pattern, RouteHandler handler) {
        return add("PUT", pattern, handler);
    }

    public Router delete(String pattern, RouteHandler handler) {
        return add("DELETE", pattern, handler);
    }

    private Router add(String method, String pattern, RouteHandler handler) {
        routes.add(Route.of(method, pattern, handler));
        return this;
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        Request request = exchange.request();
        try {
            dispatch(exchange, request);
        } catch (Exception e) {
            errors.answer(exchange, e);
        }
    }

    private void dispatch(Exchange exchange, Request request) throws Exception {
        List<String> path = Arrays.stream(request.path().substring(1).split("/", -1))
                .map(Query::decodedPath)
                .toList();
        ApiVersion version = ApiVersion.NEWEST;
        if (!path.getFirst().isEmpty() && path.getFirst().matches("v[0-9.]+")) {
            version = ApiVersion.parse(path.getFirst().substring(1));
            path = path.subList(1, path.size());
        }
        for (Route route : routes) {
            Optional<Map<String, String>> names = route.match(request.method(), path);
            if (names.isPresent()) {
                route.handler().handle(new Call(exchange, version, names.get()));
                return;
            }
        }
        throw new EngineException.NotImplemented(request.method() + " /" + String.join("/", path));
    }
}
