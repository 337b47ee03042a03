package io.strata.runtime.containers;

import io.strata.runtime.errors.EngineException;
import java.util.regex.Pattern;

/** The rules of containers' names, with Docker's words. */
final class Names {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
    private static final Pattern ID_PREFIX = Pattern.compile("[0-9a-f]{1,64}");

    private Names() {}

    /**
     * @param given with or without the leading slash
     * @return the name without it
     */
    static String checked(String given) {
        String name = given.startsWith("/") ? given.substring(1) : given;
        if (!NAME.matcher(name).matches()) {
            throw new EngineException.InvalidInput(
                    "Invalid container name (" + given + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        }
        return name;
    }

    static boolean idPrefix(String text) {
        return ID_PREFIX.matcher(text).matches();
    }

    static EngineException.Conflict taken(String name, String holder) {
        return new EngineException.Conflict("Conflict. The container name \"/" + name
                + "\" is already in use by container \"" + holder
                + "\". You have to remove (or rename) that container to be able to reuse that name.");
    }
}
