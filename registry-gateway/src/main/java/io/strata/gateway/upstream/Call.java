package io.strata.gateway.upstream;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One request to a registry.
 *
 * @param body makes the body anew each time that the request has to be sent again
 */
record Call(
        Endpoint endpoint,
        String method,
        URI uri,
        Map<String, String> headers,
        Supplier<BodyPublisher> body,
        Scope scope,
        Credentials credentials) {

    /** @param path with its query, from the registry's base on */
    static Call of(String method, Endpoint endpoint, String path, Scope scope, Credentials credentials) {
        return new Call(endpoint, method, endpoint.resolve(path), Map.of(), BodyPublishers::noBody, scope, credentials);
    }

    Call to(URI other) {
        return new Call(endpoint, method, other, headers, body, scope, credentials);
    }

    Call with(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new Call(endpoint, method, uri, Map.copyOf(more), body, scope, credentials);
    }

    Call sending(Supplier<BodyPublisher> content) {
        return new Call(endpoint, method, uri, headers, content, scope, credentials);
    }

    boolean onlyReads() {
        return method.equals("GET") || method.equals("HEAD");
    }
}
