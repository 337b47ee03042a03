package io.strata.runtime.images;

import io.strata.oci.Digest;
import java.util.List;

/** Which containers of the cluster use an image. Asked before an image is removed; the containers' side answers. */
public interface ImageUse {
    /** {@code running} also when paused. */
    record Use(String containerId, String name, boolean running) {}

    /** Containers of every node that were made from {@code imageId}. */
    List<Use> of(Digest imageId);
}
