package io.strata.gateway.distribution;

import io.strata.gateway.errors.OciError;
import io.strata.gateway.errors.RegistryException;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import io.strata.oci.InvalidReferenceException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A repository as {@code /v2/} names it: {@code library/redis} and {@code redis} are docker.io's; {@code quay.io/org/name},
 * or {@code org/name} with {@code ?ns=quay.io} as containerd sends it, is another registry's.
 */
record V2Name(ImageReference repository, Optional<String> namespace) {
    /** The distribution-spec's {@code <name>}. */
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");

    /** @throws RegistryException NAME_INVALID */
    static V2Name of(String name, String ns) {
        Optional<String> namespace = Optional.ofNullable(ns).filter(n -> !n.isEmpty());
        if (!NAME.matcher(name).matches()) {
            throw invalid(name, "it is not what the distribution-spec allows");
        }
        try {
            ImageReference repository = ImageReference.ofRepository(
                    namespace.map(n -> n + "/" + name).orElse(name), Optional.empty(), Optional.empty());
            if (namespace.isPresent() && !repository.domain().equals(registry(namespace.get()))) {
                throw invalid(name, "the namespace '" + namespace.get() + "' is not the name of a registry");
            }
            return new V2Name(repository, namespace);
        } catch (InvalidReferenceException e) {
            throw invalid(name, e.getMessage());
        }
    }

    private static String registry(String namespace) {
        return namespace.equals("index.docker.io") ? ImageReference.DEFAULT_DOMAIN : namespace;
    }

    private static RegistryException invalid(String name, String why) {
        return new RegistryException(
                OciError.NAME_INVALID, "the repository's name is not valid: " + why, Map.of("name", name));
    }

    /** The key of the repository, {@code docker.io/library/redis}. */
    String key() {
        return repository.repository();
    }

    /** A tag or digest in it. @throws RegistryException MANIFEST_INVALID when it is neither */
    ImageReference at(String tagOrDigest) {
        if (tagOrDigest.indexOf(':') >= 0) {
            return repository.withDigest(digest(tagOrDigest));
        }
        if (!ImageReference.isTag(tagOrDigest)) {
            throw new RegistryException(
                    OciError.MANIFEST_INVALID, "it is neither a tag nor a digest", Map.of("reference", tagOrDigest));
        }
        return repository.withTag(tagOrDigest);
    }

    /** @throws RegistryException DIGEST_INVALID */
    static Digest digest(String text) {
        return Digest.tryParse(text)
                .orElseThrow(() -> new RegistryException(
                        OciError.DIGEST_INVALID,
                        "the digest is not sha256: or sha512: with lower case hexadecimal digits",
                        Map.of("digest", String.valueOf(text))));
    }

    /** How {@code /v2/} names the repository {@code docker.io/library/redis}. */
    static String shown(String key) {
        String dockerIo = ImageReference.DEFAULT_DOMAIN + "/";
        return key.startsWith(dockerIo) ? key.substring(dockerIo.length()) : key;
    }

    /** A path below {@code /v2/}, for {@code Location}: it leads to the same repository. */
    String path(String below) {
        String name = namespace.isPresent() ? repository.path() : shown(key());
        return "/v2/" + name + "/" + below + namespace.map(n -> "?ns=" + n).orElse("");
    }
}
