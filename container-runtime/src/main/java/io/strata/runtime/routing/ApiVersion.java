package io.strata.runtime.routing;

import io.strata.runtime.errors.EngineException;

/** A version of the Engine API, as in {@code /v1.41/containers/json}. */
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
    public static final ApiVersion NEWEST = new ApiVersion(1, 50);
    public static final ApiVersion OLDEST = new ApiVersion(1, 24);

    /** @param text {@code 1.41} */
    static ApiVersion parse(String text) {
        int dot = text.indexOf('.');
        if (dot < 1
                || dot > 3
                || text.length() > 8
                || !text.replaceFirst("\\.", "0").chars().allMatch(Character::isDigit)
                || dot == text.length() - 1) {
            throw new EngineException.InvalidInput("invalid API version " + text);
        }
        ApiVersion version =
                new ApiVersion(Integer.parseInt(text.substring(0, dot)), Integer.parseInt(text.substring(dot + 1)));
        if (version.compareTo(NEWEST) > 0) {
            throw new EngineException.InvalidInput(
                    "client version " + version + " is too new. Maximum supported API version is " + NEWEST);
        }
        if (version.compareTo(OLDEST) < 0) {
            throw new EngineException.InvalidInput("client version " + version
                    + " is too old. Minimum supported API version is " + OLDEST
                    + ", please upgrade your client to a newer version");
        }
        return version;
    }

    /** Whether this is {@code 1.minor} or newer. */
    public boolean atLeast(int wantedMinor) {
        return minor >= wantedMinor;
    }

    @Override
    public int compareTo(ApiVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
