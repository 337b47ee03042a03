package io.strata.layerfs.whiteout;

import io.strata.layerfs.ByteString;
import java.util.Arrays;
import java.util.Set;

/** Which extended attributes travel in layers, and in which form; the same going in and coming out. */
public final class LayerXattrs {
    public static final ByteString CAPABILITY = ByteString.of("security.capability");

    /** What belongs to the machine and not to the image; the choice is umoci's. */
    private static final Set<ByteString> OF_THE_MACHINE =
            Set.of(ByteString.of("security.selinux"), ByteString.of("system.nfs4_acl"));

    // include/uapi/linux/capability.h: the revision is the highest byte of the little-endian magic.
    private static final int REVISION_AT = 3;
    private static final int REVISION_2 = 2;
    private static final int REVISION_3 = 3;
    private static final int REVISION_2_BYTES = 20;

    private LayerXattrs() {}

    /** Overlayfs' own attributes never do: in a layer they would steer the kernel (a redirect, for one). */
    public static boolean travels(ByteString name) {
        return !name.startsWith(OverlayMarks.PREFIX) && !OF_THE_MACHINE.contains(name);
    }

    /** A capability for the root of a user namespace (revision 3) becomes one of revision 2, as moby does. */
    public static byte[] captured(ByteString name, byte[] value) {
        if (name.equals(CAPABILITY) && value.length > REVISION_2_BYTES && value[REVISION_AT] == REVISION_3) {
            byte[] second = Arrays.copyOf(value, REVISION_2_BYTES);
            second[REVISION_AT] = REVISION_2;
            return second;
        }
        return value;
    }
}
