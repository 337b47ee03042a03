package io.strata.runtime.volumes;

import java.util.ArrayDeque;
import java.util.Deque;

/** Where in a container something is mounted. */
final class Destination {
    private Destination() {}

    /** Go's {@code path.Clean} of an absolute path. */
    static String clean(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    /** @throws MountException with Docker's words, without what was being decided */
    static String checked(String target) throws MountException {
        if (target.isEmpty()) {
            throw new MountException("field Target must not be empty");
        }
        if (!target.startsWith("/") || target.indexOf('\0') >= 0) {
            throw new MountException("invalid mount path: '" + target + "' mount path must be absolute");
        }
        String clean = clean(target);
        if (clean.equals("/")) {
            throw new MountException("invalid specification: destination can't be '/'");
        }
        return clean;
    }

    /**
     * A VOLUME of an image. An image is not its user: one that points upwards is refused rather than cleaned
     * (CVE-2022-23648).
     */
    static String ofImage(String volume) throws MountException {
        for (String part : volume.split("/")) {
            if (part.equals("..")) {
                throw new MountException("invalid volume specification: '" + volume + "': the path leads upwards");
            }
        }
        try {
            return checked(volume);
        } catch (MountException e) {
            throw new MountException("invalid volume specification: '" + volume + "': " + e.getMessage(), e);
        }
    }

    /** How deep it lies: what is mounted below another comes after it. */
    static long depth(String destination) {
        return destination.chars().filter(c -> c == '/').count();
    }
}
