package io.strata.gateway.names;

import io.strata.blobs.LayerFacts;
import io.strata.gateway.manifests.ImageContent;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How large layers are when they are unpacked, as layer-store knows from the nodes that read them. */
@ApplicationScoped
public class LayerSizes {
    /** Facts that are remembered, as they cannot change. */
    private static final int REMEMBERED = 50_000;

    private final LayerFacts facts;
    private final Map<Digest, Long> remembered = new LinkedHashMap<>();

    LayerSizes(LayerFacts facts) {
        this.facts = facts;
    }

    /** Unpacked sizes by blob, in bytes. */
    public record Known(Map<Digest, Long> byBlob) {
        /** The sum of the unpacked layers; a layer that no node has read yet counts with its blob's size. */
        public long size(ImageContent image) {
            return image.layers().stream().mapToLong(this::size).sum();
        }

        public long size(Descriptor layer) {
            return byBlob.getOrDefault(layer.digest(), layer.size());
        }
    }

    public Known of(Collection<ImageContent> images) throws IOException {
        Set<Digest> wanted = new LinkedHashSet<>();
        images.forEach(i -> i.layers().forEach(l -> wanted.add(l.digest())));
        Map<Digest, Long> sizes = new HashMap<>();
        synchronized (remembered) {
            wanted.removeIf(d -> {
                Long size = remembered.get(d);
                if (size != null) {
                    sizes.put(d, size);
                }
                return size != null;
            });
        }
        if (!wanted.isEmpty()) {
            List<LayerFacts.Layer> found = facts.layers(wanted);
            found.forEach(l -> sizes.put(l.digest(), l.unpackedSize()));
            remember(found);
        }
        return new Known(sizes);
    }

    private void remember(List<LayerFacts.Layer> found) {
        synchronized (remembered) {
            if (remembered.size() + found.size() > REMEMBERED) {
                remembered.clear();
            }
            found.forEach(l -> remembered.put(l.digest(), l.unpackedSize()));
        }
    }
}
