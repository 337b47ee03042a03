package io.strata.gateway.pulls;

import io.strata.gateway.spool.BlobSource;
import io.strata.gateway.upstream.Credentials;
import io.strata.gateway.upstream.UpstreamBlob;
import io.strata.gateway.upstream.UpstreamException;
import io.strata.gateway.upstream.UpstreamRegistry;
import io.strata.oci.Descriptor;
import io.strata.oci.ImageReference;
import java.io.IOException;
import java.io.InputStream;

/** A blob of a repository of another registry. */
record UpstreamSource(UpstreamRegistry registry, ImageReference repository, Descriptor blob, Credentials credentials)
        implements BlobSource {
    @Override
    public InputStream open(long offset) throws IOException {
        UpstreamBlob answer;
        try {
            answer = registry.blob(repository, blob.digest(), offset, credentials);
        } catch (UpstreamException.Unreachable | UpstreamException.Failed | UpstreamException.RateLimited e) {
            // What may pass: the download tries again.
            throw new IOException(e.getMessage(), e);
        }
        try {
            if (answer.size().isPresent() && answer.size().getAsLong() != blob.size()) {
                throw new UpstreamException.Invalid("blob " + blob.digest() + " of " + repository.familiarRepository()
                        + " has " + answer.size().getAsLong() + " bytes upstream, not the " + blob.size()
                        + " of its manifest");
            }
            // A registry that knows no ranges sends it all again.
            answer.content().skipNBytes(offset - answer.offset());
            return answer.content();
        } catch (IOException | RuntimeException e) {
            answer.close();
            throw e;
        }
    }
}
