package io.strata.runtime.images;

import io.strata.oci.Digest;
import io.strata.oci.ImageConfig;
import io.strata.oci.ImageReference;
import io.strata.oci.InvalidReferenceException;
import io.strata.runtime.layers.NodeLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The cluster's images as this node needs them to run a container. The names are the registry-gateway's. */
public interface NodeImages {
    /**
     * An image of the cluster.
     *
     * @param imageId   digest of the config
     * @param manifest  of this machine's platform, also when the name is an index'
     * @param reference what was asked for, in its canonical form
     * @param names     every name that the image has, canonical
     * @param layers    the base first
     */
    record Image(
            Digest imageId,
            Digest manifest,
            String reference,
            List<String> names,
            ImageConfig config,
            List<NodeLayer> layers) {
        /** Whether {@code named}, by which this was found, is the id or its beginning; a name that looks like one wins. */
        public boolean isFoundById(String named) {
            String hex = named.startsWith("sha256:") ? named.substring(7) : named;
            return imageId.hex().startsWith(hex) && !names.contains(canonical(named));
        }

        private static String canonical(String named) {
            try {
                return ImageReference.parse(named).toString();
            } catch (InvalidReferenceException anId) {
                return "";
            }
        }
    }

    /**
     * @param nameOrId a name as a user types it, an id with or without {@code sha256:}, or the beginning of one
     * @throws io.strata.runtime.errors.EngineException.NotFound    {@code No such image: x:latest}: it may be pulled
     * @throws io.strata.runtime.errors.EngineException.Unavailable when the registry-gateway does not answer
     */
    Image find(String nameOrId);

    /**
     * The image's layers as lower directories, the base first. Layers that this node lacks are read from the store, in
     * parallel. Call {@link io.strata.runtime.layers.LayerMounts#hold} first, else the cache may drop one again.
     *
     * @throws io.strata.layerfs.LayerException when a layer's content is not what it should be
     * @throws IOException when a layer cannot be read or written
     */
    List<Path> lowers(Image image) throws IOException;
}
