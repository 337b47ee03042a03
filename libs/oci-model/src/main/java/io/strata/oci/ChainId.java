package io.strata.oci;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** ChainID(n) = sha256(ChainID(n-1) + " " + DiffID(n)) (image-spec, config.md, "Layer ChainID"). */
public final class ChainId {
    private ChainId() {}

    /** @param diffIds the base first; at least one */
    public static Digest of(List<Digest> diffIds) {
        Digest chain = diffIds.getFirst();
        for (Digest diffId : diffIds.subList(1, diffIds.size())) {
            chain = Digest.sha256((chain + " " + diffId).getBytes(StandardCharsets.US_ASCII));
        }
        return chain;
    }
}
