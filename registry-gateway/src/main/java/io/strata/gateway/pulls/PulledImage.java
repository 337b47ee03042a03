package io.strata.gateway.pulls;

import io.strata.gateway.manifests.ImageContent;
import io.strata.gateway.manifests.ManifestBytes;
import io.strata.gateway.manifests.ManifestContent;
import io.strata.oci.Descriptor;
import io.strata.oci.ImageReference;
import java.util.ArrayList;
import java.util.List;

/**
 * An image as it is upstream: checked documents, no layers yet.
 *
 * @param named what the reference names: {@code image}, or an index that has it
 * @param config the config's bytes, of the digest and size that {@code image} says
 */
@SuppressWarnings("ArrayRecordComponent") // never changed, never compared
record PulledImage(
        ImageReference reference,
        ManifestBytes named,
        ManifestContent.OfImage image,
        byte[] config,
        ImageContent content) {
    Descriptor configDescriptor() {
        return image.manifest().config();
    }

    List<PullLine.Layer> layers(java.util.function.Predicate<Descriptor> stored) {
        List<PullLine.Layer> layers = new ArrayList<>();
        for (int i = 0; i < content.layers().size(); i++) {
            Descriptor layer = content.layers().get(i);
            layers.add(new PullLine.Layer(
                    layer.digest(), content.diffIds().get(i), layer.mediaType(), layer.size(), stored.test(layer)));
        }
        return layers;
    }
}
