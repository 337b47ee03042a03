package io.strata.gateway.push;

import io.strata.gateway.names.StoredImage;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Other repositories of the same registry that are known to have a layer, as it was pulled from or pushed to them. */
final class MountSources {
    private final Map<Digest, String> paths = new HashMap<>();

    MountSources(List<StoredImage> all, ImageReference target) {
        for (StoredImage image : all) {
            image.digests().stream()
                    .filter(known -> known.domain().equals(target.domain())
                            && !known.path().equals(target.path()))
                    .findFirst()
                    .ifPresent(known -> image.content().layers().stream()
                            .map(Descriptor::digest)
                            .forEach(layer -> paths.putIfAbsent(layer, known.path())));
        }
    }

    Optional<String> of(Digest layer) {
        return Optional.ofNullable(paths.get(layer));
    }
}
