package io.strata.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An image's name as Docker normalises it (distribution/reference): {@code redis} is {@code docker.io/library/redis:latest}.
 *
 * @param domain registry host with an optional port, e.g. {@code docker.io}, {@code 127.0.0.1:5000}
 * @param path   repository within the registry, e.g. {@code library/redis}
 * @param tag    empty only when a digest is given
 * @param digest of the manifest or index, when the name pins one
 */
public record ImageReference(String domain, String path, Optional<String> tag, Optional<Digest> digest) {
    public static final String DEFAULT_DOMAIN = "docker.io";
    public static final String DEFAULT_TAG = "latest";

    private static final Pattern PATH =
            Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
    private static final Pattern DOMAIN = Pattern.compile(
            "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]+)?"
                    + "|\\[[a-fA-F0-9:]+\\](?::[0-9]+)?");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final Pattern ID = Pattern.compile("[a-f0-9]{64}");

    /**
     * Parses what a user typed; a missing tag becomes {@code latest}, unless a digest is there.
     *
     * @throws InvalidReferenceException with Docker's words
     */
    @JsonCreator
    public static ImageReference parse(String text) {
        if (text == null || text.isEmpty()) {
            throw invalid();
        }
        if (ID.matcher(text).matches()) {
            throw new InvalidReferenceException(
                    "invalid repository name (" + text + "), cannot specify 64-byte hexadecimal strings");
        }
        String rest = text;
        Optional<Digest> digest = Optional.empty();
        int at = rest.indexOf('@');
        if (at >= 0) {
            try {
                digest = Optional.of(Digest.parse(rest.substring(at + 1)));
            } catch (InvalidDigestException e) {
                throw invalid();
            }
            rest = rest.substring(0, at);
        }
        Optional<String> tag = Optional.empty();
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = Optional.of(rest.substring(colon + 1));
            rest = rest.substring(0, colon);
        }
        return ofRepository(rest, tag, digest);
    }

    /** A repository as typed ({@code redis}, {@code host:5000/a/b}) with a tag or digest given apart. */
    public static ImageReference ofRepository(String repository, Optional<String> tag, Optional<Digest> digest) {
        int slash = repository.indexOf('/');
        String first = slash < 0 ? "" : repository.substring(0, slash);
        boolean hasDomain = slash >= 0
                && (first.contains(".")
                        || first.contains(":")
                        || first.equals("localhost")
                        || !first.equals(first.toLowerCase(java.util.Locale.ROOT)));
        String domain = hasDomain ? first : DEFAULT_DOMAIN;
        String path = hasDomain ? repository.substring(slash + 1) : repository;
        if (domain.equals("index.docker.io")) {
            domain = DEFAULT_DOMAIN;
        }
        if (domain.equals(DEFAULT_DOMAIN) && !path.contains("/")) {
            path = "library/" + path;
        }
        Optional<String> theTag = tag.isEmpty() && digest.isEmpty() ? Optional.of(DEFAULT_TAG) : tag;
        if (!path.equals(path.toLowerCase(java.util.Locale.ROOT))) {
            throw new InvalidReferenceException("invalid reference format: repository name ("
                    + (domain.equals(DEFAULT_DOMAIN) ? path : domain + "/" + path) + ") must be lowercase");
        }
        if (!DOMAIN.matcher(domain).matches()
                || !PATH.matcher(path).matches()
                || path.length() > 255
                || theTag.filter(t -> !TAG.matcher(t).matches()).isPresent()) {
            throw invalid();
        }
        return new ImageReference(domain, path, theTag, digest);
    }

    private static InvalidReferenceException invalid() {
        return new InvalidReferenceException("invalid reference format");
    }

    public static boolean isTag(String text) {
        return TAG.matcher(text).matches();
    }

    /** {@code docker.io/library/redis}: the key of a repository everywhere in Strata. */
    public String repository() {
        return domain + "/" + path;
    }

    /** {@code redis} for {@code docker.io/library/redis}: what Docker shows. */
    public String familiarRepository() {
        if (!domain.equals(DEFAULT_DOMAIN)) {
            return repository();
        }
        return path.startsWith("library/") && path.indexOf('/', 8) < 0 ? path.substring(8) : path;
    }

    /** {@code redis:latest}, {@code redis@sha256:…}; with both, both. */
    public String familiar() {
        return familiarRepository() + suffix();
    }

    /** What upstream and {@code /v2/…/manifests/} are asked for: the digest if there is one, else the tag. */
    public String tagOrDigest() {
        return digest.map(Digest::toString).or(() -> tag).orElse(DEFAULT_TAG);
    }

    public ImageReference withDigest(Digest pinned) {
        return new ImageReference(domain, path, Optional.empty(), Optional.of(pinned));
    }

    public ImageReference withTag(String newTag) {
        return ofRepository(repository(), Optional.of(newTag), Optional.empty());
    }

    private String suffix() {
        return tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
    }

    /** The canonical form, {@code docker.io/library/redis:latest}. */
    @JsonValue
    @Override
    public String toString() {
        return repository() + suffix();
    }
}
