package io.strata.gateway.push;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.strata.gateway.manifests.ManifestBytes;
import io.strata.gateway.manifests.ManifestContent;
import io.strata.gateway.upstream.Credentials;
import io.strata.gateway.upstream.ImageSearch;
import io.strata.gateway.upstream.UpstreamBlob;
import io.strata.gateway.upstream.UpstreamException;
import io.strata.gateway.upstream.UpstreamManifest;
import io.strata.gateway.upstream.UpstreamRegistry;
import io.strata.oci.Descriptor;
import io.strata.oci.ImageConfig;
import io.strata.oci.ImageReference;
import io.strata.oci.OciJson;
import io.strata.oci.Platform;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What the engine asks another registry without moving an image. */
@ApplicationScoped
public class RegistryQuestions {
    private static final Set<String> FILTERS = Set.of("is-official", "is-automated", "stars");

    private final UpstreamRegistry registry;
    private final ImageSearch index;

    RegistryQuestions(UpstreamRegistry registry, ImageSearch index) {
        this.registry = registry;
        this.index = index;
    }

    /** The Engine API's DistributionInspect. */
    public record Distribution(
            @JsonProperty("Descriptor") Descriptor descriptor,
            @JsonProperty("Platforms") List<Platform> platforms) {}

    /** @throws UpstreamException.Unauthorized when the registry does not take the credentials */
    void login(Credentials credentials) {
        registry.login(domain(credentials.serveraddress()), credentials);
    }

    /** {@code https://index.docker.io/v1/}, {@code host:port}, {@code https://host/v2/}: what login brings; Docker Hub when it is empty. */
    private static String domain(String address) {
        if (address == null || address.isBlank()) {
            return ImageReference.DEFAULT_DOMAIN;
        }
        String host = address.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
        return switch (host) {
            case "index.docker.io", "docker.io", "registry-1.docker.io" -> ImageReference.DEFAULT_DOMAIN;
            // Refuses what is no host and port.
            default -> ImageReference.parse(host + "/x").domain();
        };
    }

    Distribution distribution(ImageReference reference, Credentials credentials) {
        UpstreamManifest manifest = registry.manifest(reference, credentials);
        Descriptor descriptor = Descriptor.of(manifest.mediaType(), manifest.digest(), manifest.content().length);
        ManifestContent content =
                ManifestContent.parse(new ManifestBytes(manifest.content(), manifest.mediaType(), manifest.digest()));
        List<Platform> platforms =
                switch (content) {
                    case ManifestContent.OfIndex many ->
                        many.children().stream()
                                .map(Descriptor::platform)
                                .filter(Objects::nonNull)
                                .toList();
                    case ManifestContent.OfImage one ->
                        one.hasImageConfig()
                                ? List.of(config(reference, one.manifest().config(), credentials)
                                        .platform())
                                : List.of();
                };
        return new Distribution(descriptor, platforms);
    }

    private ImageConfig config(ImageReference reference, Descriptor config, Credentials credentials) {
        try (UpstreamBlob blob = registry.blob(reference, config.digest(), 0, credentials)) {
            return OciJson.read(blob.content().readNBytes(OciJson.MAX_MANIFEST_BYTES), ImageConfig.class);
        } catch (IOException | IllegalArgumentException e) {
            throw new UpstreamException.Invalid(
                    "the config of " + reference.familiar() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * @param term perhaps with a registry before it, as {@code quay.io/redis}
     * @param filters {@code is-official}, {@code is-automated}, {@code stars}, with the values of each
     * @throws IllegalArgumentException for a filter that there is not
     */
    List<ImageSearch.Found> search(String term, int limit, Map<String, Set<String>> filters, Credentials credentials) {
        for (String filter : filters.keySet()) {
            if (!FILTERS.contains(filter)) {
                throw new IllegalArgumentException("invalid filter '" + filter + "'");
            }
        }
        int slash = term.indexOf('/');
        String first = slash < 0 ? "" : term.substring(0, slash);
        boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
        String domain = named ? domain(first) : ImageReference.DEFAULT_DOMAIN;
        return index.search(domain, named ? term.substring(slash + 1) : term, limit, credentials).stream()
                .filter(found ->
                        filters.entrySet().stream().allMatch(filter -> fits(found, filter.getKey(), filter.getValue())))
                .toList();
    }

    private static boolean fits(ImageSearch.Found found, String filter, Set<String> values) {
        return switch (filter) {
            case "is-official" -> values.stream().allMatch(v -> Boolean.parseBoolean(v) == found.official());
            case "is-automated" -> values.stream().allMatch(v -> Boolean.parseBoolean(v) == found.automated());
            case "stars" -> values.stream().allMatch(v -> found.stars() >= Integer.parseInt(v));
            default -> true;
        };
    }
}
