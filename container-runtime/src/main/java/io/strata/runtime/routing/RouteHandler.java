package io.strata.runtime.routing;

/** Answers one kind of call. */
@FunctionalInterface
public interface RouteHandler {
    void handle(Call call) throws Exception;
}
