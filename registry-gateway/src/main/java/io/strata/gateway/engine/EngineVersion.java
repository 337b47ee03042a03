package io.strata.gateway.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Engine API's version that a client speaks, as the node tells it in {@code X-Strata-Api-Version}. */
record EngineVersion(int minor) {
    private static final Pattern FORM = Pattern.compile("v?1\\.(\\d{1,4})");
    private static final EngineVersion NEWEST = new EngineVersion(50);

    /** The newest when nothing, or nothing known, is said. */
    static EngineVersion of(String header) {
        Matcher matcher = FORM.matcher(header == null ? "" : header.trim());
        return matcher.matches() ? new EngineVersion(Integer.parseInt(matcher.group(1))) : NEWEST;
    }

    boolean before(int otherMinor) {
        return minor < otherMinor;
    }
}
