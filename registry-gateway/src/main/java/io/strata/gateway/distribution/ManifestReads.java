package io.strata.gateway.distribution;

import io.strata.gateway.errors.OciError;
import io.strata.gateway.errors.RegistryException;
import io.strata.gateway.manifests.ManifestBytes;
import io.strata.gateway.manifests.Manifests;
import io.strata.gateway.names.Images;
import io.strata.gateway.names.Naming;
import io.strata.gateway.pulls.PullThrough;
import io.strata.gateway.upstream.UpstreamException;
import io.strata.gateway.upstream.UpstreamManifest;
import io.strata.oci.Descriptor;
import io.strata.oci.ImageReference;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Manifests for who reads {@code /v2/}: from here, else, for a repository that nothing was pushed or committed to, from the
 * registry of its name.
 */
@ApplicationScoped
class ManifestReads {
    private final Manifests manifests;
    private final Images images;
    private final Naming naming;
    private final PullThrough upstream;

    ManifestReads(Manifests manifests, Images images, Naming naming, PullThrough upstream) {
        this.manifests = manifests;
        this.images = images;
        this.naming = naming;
        this.upstream = upstream;
    }

    /** @throws RegistryException MANIFEST_UNKNOWN, or why upstream cannot say */
    ManifestBytes get(ImageReference reference) throws IOException {
        Optional<ManifestBytes> here = entry(reference).flatMap(manifests::read);
        if (here.isPresent()) {
            return here.get();
        }
        requireProxied(reference);
        try {
            UpstreamManifest found = upstream.manifest(reference);
            ManifestBytes manifest = new ManifestBytes(found.content(), found.mediaType(), found.digest());
            naming.cache(reference, manifest);
            return manifest;
        } catch (UpstreamException e) {
            throw told(reference, e);
        }
    }

    /** @throws RegistryException MANIFEST_UNKNOWN, or why upstream cannot say */
    Manifests.Entry head(ImageReference reference) {
        Optional<Manifests.Entry> here = entry(reference);
        if (here.isPresent()) {
            return here.get();
        }
        requireProxied(reference);
        try {
            Descriptor found = upstream.head(reference);
            return new Manifests.Entry(found.digest(), found.mediaType(), found.size());
        } catch (UpstreamException e) {
            throw told(reference, e);
        }
    }

    private Optional<Manifests.Entry> entry(ImageReference reference) {
        return reference.digest().isPresent()
                ? manifests.byDigest(reference.repository(), reference.digest().get())
                : manifests.byTag(reference.repository(), reference.tagOrDigest());
    }

    private void requireProxied(ImageReference reference) {
        if (images.isHosted(reference.repository()) || images.isDeleted(reference)) {
            throw unknown(reference);
        }
    }

    static RegistryException unknown(ImageReference reference) {
        return new RegistryException(
                OciError.MANIFEST_UNKNOWN,
                "manifest unknown",
                Map.of(
                        "name", V2Name.shown(reference.repository()),
                        "reference", reference.tagOrDigest()));
    }

    static RegistryException told(ImageReference reference, UpstreamException e) {
        return switch (e) {
            case UpstreamException.NotFound none -> unknown(reference);
            // An anonymous question: what is private upstream is not known here.
            case UpstreamException.Unauthorized u -> unknown(reference);
            case UpstreamException.Denied d -> unknown(reference);
            case UpstreamException.Refused r -> unknown(reference);
            case UpstreamException.RateLimited r -> new RegistryException(OciError.TOOMANYREQUESTS, e.getMessage());
            case UpstreamException.Unreachable u -> new RegistryException(OciError.UNAVAILABLE, e.getMessage());
            case UpstreamException.Failed f -> new RegistryException(OciError.UNAVAILABLE, e.getMessage());
            case UpstreamException.Invalid i -> new RegistryException(OciError.UNAVAILABLE, e.getMessage());
        };
    }
}
