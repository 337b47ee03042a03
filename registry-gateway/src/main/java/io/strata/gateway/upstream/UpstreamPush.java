package io.strata.gateway.upstream;

import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import java.io.IOException;
import java.io.InputStream;

/** One repository of another registry while it is pushed to. Every method throws {@link UpstreamException} when the registry refuses. */
public interface UpstreamPush {
    /** Content that can be opened again when a request has to be repeated. */
    interface Content {
        InputStream open() throws IOException;
    }

    /** Whether the repository has the blob, by HEAD. */
    boolean has(Digest digest);

    /**
     * Asks the registry to take the blob from another of its repositories.
     *
     * @param from path of that repository, e.g. {@code library/debian}
     * @return false when it does not, which is no error
     */
    boolean mount(Digest digest, String from);

    /** Sends the blob in one PUT with its length, streaming. */
    void put(Descriptor blob, Content content);

    /**
     * Puts a manifest or index; all it names must be there.
     *
     * @param tagOrDigest under which
     * @throws UpstreamException.Invalid when the registry says another digest than that of {@code manifest}
     */
    void putManifest(String tagOrDigest, UpstreamManifest manifest);
}
