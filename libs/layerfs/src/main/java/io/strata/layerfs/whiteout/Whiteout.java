package io.strata.layerfs.whiteout;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.LayerException;

/** What the last part of an entry's name says about the layers below (image-spec, layer.md, "Whiteouts"). */
public sealed interface Whiteout {
    ByteString PREFIX = ByteString.of(".wh.");
    ByteString OPAQUE_NAME = ByteString.of(".wh..wh..opq");

    /** An entry like any other. */
    record None() implements Whiteout {}

    /** {@code name} is gone from the layers below. */
    record Removed(ByteString name) implements Whiteout {}

    /** The directory shows nothing of the layers below. */
    record Opaque() implements Whiteout {}

    /** Book-keeping of AUFS ({@code .wh..wh.plnk} and such), which says nothing to anybody else. */
    record Meta() implements Whiteout {}

    /** @throws LayerException for a whiteout of nothing, of {@code .} or of {@code ..} */
    static Whiteout of(ByteString name) throws LayerException {
        if (!name.startsWith(PREFIX)) {
            return NONE;
        }
        if (name.equals(OPAQUE_NAME)) {
            return OPAQUE;
        }
        ByteString removed = name.slice(PREFIX.length());
        if (removed.startsWith(PREFIX)) {
            return META;
        }
        if (removed.isEmpty() || removed.equals(DOT) || removed.equals(DOT_DOT)) {
            throw new LayerException("the whiteout " + name + " names nothing that could be removed");
        }
        return new Removed(removed);
    }

    Whiteout NONE = new None();
    Whiteout OPAQUE = new Opaque();
    Whiteout META = new Meta();
    ByteString DOT = ByteString.of(".");
    ByteString DOT_DOT = ByteString.of("..");
}
