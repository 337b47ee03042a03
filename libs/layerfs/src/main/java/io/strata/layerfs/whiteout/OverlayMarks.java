package io.strata.layerfs.whiteout;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.sys.LinuxException;
import io.strata.layerfs.sys.Xattrs;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What overlayfs reads from a layer's directory (Documentation/filesystems/overlayfs.rst): a removed name is a character
 * device 0/0, an opaque directory has an attribute. It hides such devices only in directories that it merges, or that
 * have an origin; so each directory with whiteouts gets an empty one.
 */
public final class OverlayMarks {
    public static final ByteString PREFIX = ByteString.of("trusted.overlay.");
    public static final ByteString OPAQUE = ByteString.of("trusted.overlay.opaque");
    public static final ByteString ORIGIN = ByteString.of("trusted.overlay.origin");
    public static final ByteString REDIRECT = ByteString.of("trusted.overlay.redirect");
    public static final ByteString METACOPY = ByteString.of("trusted.overlay.metacopy");

    private static final byte[] YES = {'y'};

    private OverlayMarks() {}

    public static byte[] yes() {
        return YES.clone();
    }

    public static boolean saysOpaque(byte[] value) {
        return Arrays.equals(YES, value);
    }

    /**
     * The lowers that can be seen. A layer may make its root opaque; overlayfs does not look for that mark there, so the
     * layers below it must not be given to it.
     *
     * @param lowers the topmost first
     */
    public static List<Path> visible(List<Path> lowers) throws LinuxException {
        for (int i = 0; i < lowers.size(); i++) {
            if (Xattrs.get(lowers.get(i), OPAQUE)
                    .filter(OverlayMarks::saysOpaque)
                    .isPresent()) {
                return lowers.subList(0, i + 1);
            }
        }
        return lowers;
    }
}
