package io.strata.runtime.images;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.strata.oci.Digest;
import io.strata.runtime.images.RegistryGatewayClient.Listed;
import io.strata.runtime.images.RegistryGatewayClient.Removed;
import io.strata.runtime.routing.Filters;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * {@code docker image prune}: the registry-gateway knows the images, containers' side knows which are in use, so that the
 * node puts both together and removes the rest one by one.
 */
@ApplicationScoped
class ImagePrune {
    private static final Logger LOG = Logger.getLogger(ImagePrune.class);

    private final RegistryGatewayClient gateway;
    private final ImageUse use;

    ImagePrune(RegistryGatewayClient gateway, ImageUse use) {
        this.gateway = gateway;
        this.use = use;
    }

    /** The Engine API's answer; {@code spaceReclaimed} in bytes of unpacked layers. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Pruned(
            @JsonProperty("ImagesDeleted") List<Removed> imagesDeleted,
            @JsonProperty("SpaceReclaimed") long spaceReclaimed) {}

    /** Without {@code dangling=false}, images that have a name stay. */
    Pruned prune(Filters filters) throws IOException {
        filters.only(Set.of("dangling", "label", "label!", "until"));
        boolean danglingOnly = filters.flag("dangling").orElse(true);
        List<Removed> removed = new ArrayList<>();
        long reclaimed = 0;
        for (Listed image : gateway.list(wanted(filters, danglingOnly))) {
            if (use.of(image.id()).isEmpty()) {
                List<Removed> parts = remove(image.id());
                removed.addAll(parts);
                reclaimed += parts.stream().anyMatch(part -> part.deleted() != null) ? image.size() : 0;
            }
        }
        return new Pruned(removed.isEmpty() ? null : removed, reclaimed);
    }

    private static Map<String, List<String>> wanted(Filters filters, boolean danglingOnly) {
        Map<String, List<String>> wanted = new LinkedHashMap<>();
        if (danglingOnly) {
            wanted.put("dangling", List.of("true"));
        }
        for (String name : List.of("label", "label!", "until")) {
            if (filters.has(name)) {
                wanted.put(name, filters.get(name));
            }
        }
        return wanted;
    }

    /** An image that somebody else removed, or began to use as a parent, in between is passed over. */
    private List<Removed> remove(Digest imageId) throws IOException {
        try {
            return gateway.remove(imageId);
        } catch (PullException refused) {
            LOG.infof("image %s stays: %s", imageId.shortHex(), refused.getMessage());
            return List.of();
        }
    }
}
