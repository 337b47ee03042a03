package io.strata.gateway.names;

import java.util.Locale;

/** Why a name points where it points; told in {@code ImageTagged}. */
public enum Cause {
    PULL,
    PUSH,
    COMMIT,
    TAG;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
