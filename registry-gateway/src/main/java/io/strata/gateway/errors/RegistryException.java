package io.strata.gateway.errors;

import java.util.Map;

/** What {@code /v2/} refuses, with the distribution-spec's code. */
public final class RegistryException extends RuntimeException {
    private final OciError error;
    private final transient Map<String, ?> detail;

    public RegistryException(OciError error, String message) {
        this(error, message, Map.of());
    }

    /** @param detail the {@code detail} member, e.g. {@code {"digest": …}} */
    public RegistryException(OciError error, String message, Map<String, ?> detail) {
        super(message);
        this.error = error;
        this.detail = Map.copyOf(detail);
    }

    public OciError error() {
        return error;
    }

    public Map<String, ?> detail() {
        return detail;
    }
}
