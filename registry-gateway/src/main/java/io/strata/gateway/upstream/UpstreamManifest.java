package io.strata.gateway.upstream;

import io.strata.oci.Digest;

/**
 * A manifest or index as another registry sent it. {@code digest} was computed from {@code content} and is the one that was
 * asked for, if one was; {@code mediaType} is what header and body agree on.
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes are what counts; never compared
public record UpstreamManifest(Digest digest, String mediaType, byte[] content) {}
