package io.strata.runtime.http;

/** Answers requests. Called on a virtual thread of the client's own, so it may block as long as it likes. */
@FunctionalInterface
public interface Handler {
    void handle(Exchange exchange) throws Exception;
}
