package io.strata.commit.image;

import io.strata.oci.Descriptor;
import io.strata.oci.ImageConfig;
import java.util.List;

/** The image that a container is of. {@code mediaType} is its manifest's; {@code layers} are its blobs, the base first. */
public record ParentImage(String mediaType, ImageConfig config, List<Descriptor> layers) {}
