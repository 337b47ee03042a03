package io.strata.gateway.pulls;

import io.strata.gateway.spool.DownloadFailedException;
import io.strata.gateway.spool.Spool;
import io.strata.gateway.upstream.Credentials;
import io.strata.gateway.upstream.UpstreamException;
import io.strata.gateway.upstream.UpstreamManifest;
import io.strata.gateway.upstream.UpstreamRegistry;
import io.strata.oci.Descriptor;
import io.strata.oci.ImageReference;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Optional;

/** {@link PullThrough} over the spool. */
@ApplicationScoped
class UpstreamPullThrough implements PullThrough {
    private final UpstreamRegistry registry;
    private final Spool spool;

    UpstreamPullThrough(UpstreamRegistry registry, Spool spool) {
        this.registry = registry;
        this.spool = spool;
    }

    @Override
    public UpstreamManifest manifest(ImageReference reference) {
        requireOpen(reference);
        Optional<Descriptor> head =
                reference.digest().isPresent() ? Optional.empty() : registry.head(reference, Credentials.NONE);
        return registry.manifest(head.map(h -> reference.withDigest(h.digest())).orElse(reference), Credentials.NONE);
    }

    @Override
    public Descriptor head(ImageReference reference) {
        requireOpen(reference);
        return registry.head(reference, Credentials.NONE).orElseGet(() -> {
            UpstreamManifest manifest = registry.manifest(reference, Credentials.NONE);
            return Descriptor.of(manifest.mediaType(), manifest.digest(), manifest.content().length);
        });
    }

    @Override
    public InputStream blob(ImageReference repository, Descriptor blob, long offset) throws IOException {
        requireOpen(repository);
        Spool.Hold hold = spool.join(blob);
        hold.start(
                "proxy:" + repository.repository(), new UpstreamSource(registry, repository, blob, Credentials.NONE));
        PushbackInputStream content = new PushbackInputStream(hold.open(offset));
        try {
            // The first byte says that there is a blob, while an error can still be answered.
            int first = content.read();
            if (first >= 0) {
                content.unread(first);
            }
            return content;
        } catch (DownloadFailedException e) {
            content.close();
            throw PullErrors.upstream(e)
                    .map(RuntimeException.class::cast)
                    .orElseThrow(() -> new UpstreamException.Failed(e.getMessage()));
        }
    }

    private void requireOpen(ImageReference reference) {
        if (!registry.isOpenToAll(reference.domain())) {
            throw new UpstreamException.Refused("the registry " + reference.domain()
                    + " is on a private address, and is proxied only when STRATA_UPSTREAMS names it");
        }
    }
}
