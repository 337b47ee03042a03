package io.strata.gateway.upstream;

import java.util.List;
import java.util.stream.Collectors;

/** What a token is asked for ({@code repository:library/redis:pull}); our own, never one that a challenge dictates. */
record Scope(List<String> parts) {
    static final Scope NONE = new Scope(List.of());

    static Scope pull(String path) {
        return new Scope(List.of("repository:" + path + ":pull"));
    }

    static Scope push(String path) {
        return new Scope(List.of("repository:" + path + ":pull,push"));
    }

    /** This, and reading of another repository of the registry: what a mount needs. */
    Scope andPull(String path) {
        return new Scope(List.of(parts.getFirst(), "repository:" + path + ":pull"));
    }

    @Override
    public String toString() {
        return parts.stream().collect(Collectors.joining(" "));
    }
}
