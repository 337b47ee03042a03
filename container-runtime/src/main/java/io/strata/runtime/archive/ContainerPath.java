package io.strata.runtime.archive;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A path in a container as {@code docker cp} gives it. It counts from the container's root; a slash or {@code /.} at its end
 * asks for a directory, and for the one that a symbolic link leads to (moby, {@code Container.ResolvePath}).
 *
 * @param absolute  without {@code .}, {@code ..} and a final slash; {@code /} for the root
 * @param directory what is meant must be a directory, a link at the end is followed
 * @param content   ended in {@code /.}: the content without the directory's own name
 */
record ContainerPath(String absolute, boolean directory, boolean content) {
    static ContainerPath of(String text) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : text.split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        boolean content = text.equals(".") || text.endsWith("/.");
        return new ContainerPath(
                "/" + String.join("/", parts), content || text.endsWith("/") || parts.isEmpty(), content);
    }

    String parent() {
        int slash = absolute.lastIndexOf('/');
        return slash <= 0 ? "/" : absolute.substring(0, slash);
    }

    String name() {
        return absolute.equals("/") ? "/" : absolute.substring(absolute.lastIndexOf('/') + 1);
    }

    /** Go's {@code filepath.Base} of the path as it was given: what the entries of an archive begin with. */
    String base() {
        return content && !absolute.equals("/") ? "." : name();
    }
}
