package io.strata.layerstore.ingests;

import io.strata.oci.Digest;
import java.util.Optional;
import java.util.OptionalLong;

/** A blob that somebody wants to store. {@code owner} is for operators; {@code size} is in bytes. */
public record Opening(String owner, Optional<Digest> digest, OptionalLong size, String mediaType) {}
