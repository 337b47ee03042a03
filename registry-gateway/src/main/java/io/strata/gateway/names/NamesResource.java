package io.strata.gateway.names;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.strata.gateway.errors.GatewayException;
import io.strata.gateway.manifests.ImageContent;
import io.strata.gateway.manifests.ManifestBytes;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageConfig;
import io.strata.oci.ImageReference;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Names, for Strata's other services and for automation. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "names")
public class NamesResource {
    private final Images images;
    private final Naming naming;
    private final LayerSizes sizes;

    NamesResource(Images images, Naming naming, LayerSizes sizes) {
        this.images = images;
        this.naming = naming;
        this.sizes = sizes;
    }

    /** A layer of an image: its blob, and the digest of its uncompressed tar. {@code size} is the blob's, in bytes. */
    public record Layer(Digest digest, Digest diffId, String mediaType, long size) {}

    /** What a name or id means. {@code manifest} is the image's own, also when the name is an index'. */
    public record Resolution(
            Digest imageId,
            Digest manifest,
            String mediaType,
            String reference,
            List<String> names,
            ImageConfig config,
            List<Layer> layers) {}

    /** An image of the cluster. {@code size} is the sum of its unpacked layers, in bytes. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record ImageSummary(
            Digest imageId,
            Digest manifest,
            List<String> names,
            List<String> digests,
            Optional<Digest> parent,
            String created,
            long size,
            List<Layer> layers) {}

    /** {@code manifest} is base64; {@code parent} the id of the image that the container was of. */
    public record CommittedImage(String repository, String tag, String manifest, String mediaType, String parent) {}

    public record CommittedName(Digest imageId, Digest manifest) {}

    @GET
    @Path("images")
    @Operation(summary = "Every image of the cluster, with its names and layers")
    public List<ImageSummary> list() throws IOException {
        List<StoredImage> all = images.list();
        LayerSizes.Known known = sizes.of(all.stream().map(StoredImage::content).toList());
        return all.stream()
                .map(i -> new ImageSummary(
                        i.id(),
                        i.manifest(),
                        strings(i.tags()),
                        strings(i.digests()),
                        i.parent(),
                        i.content().config().created(),
                        known.size(i.content()),
                        layers(i.content())))
                .toList();
    }

    @GET
    @Path("resolve")
    @Operation(summary = "What a name, an id or the beginning of an id means")
    public Resolution resolve(@QueryParam("reference") String reference) {
        if (reference == null || reference.isEmpty()) {
            throw new GatewayException.InvalidInput("reference is missing: /resolve?reference=redis:latest");
        }
        Images.Resolved found = images.resolve(reference);
        StoredImage image = found.image();
        String shown = found.reference()
                .or(() -> image.references().stream().findFirst())
                .map(ImageReference::toString)
                .orElse(image.id().toString());
        return new Resolution(
                image.id(),
                image.manifest(),
                found.mediaType(),
                shown,
                strings(image.tags()),
                image.content().config(),
                layers(image.content()));
    }

    @PUT
    @Path("commits/{commitId}/image")
    @Operation(summary = "Keeps a committed image and names it, in one transaction; idempotent by the commit's id")
    public CommittedName commit(@PathParam("commitId") String commitId, CommittedImage body) throws IOException {
        if (body == null || body.manifest() == null || body.mediaType() == null) {
            throw new GatewayException.InvalidInput("manifest and mediaType are needed");
        }
        Naming.Named named = naming.commit(
                commitId,
                nameOf(body),
                ManifestBytes.of(decode(body.manifest()), body.mediaType()),
                Optional.ofNullable(body.parent()).filter(p -> !p.isEmpty()).map(Digest::parse));
        return new CommittedName(named.imageId().orElseThrow(), named.manifest());
    }

    private static Optional<ImageReference> nameOf(CommittedImage body) {
        Optional<String> repository = Optional.ofNullable(body.repository()).filter(r -> !r.isEmpty());
        Optional<String> tag = Optional.ofNullable(body.tag()).filter(t -> !t.isEmpty());
        if (repository.isEmpty() && tag.isPresent()) {
            throw new GatewayException.InvalidInput("a tag without a repository: " + tag.get());
        }
        return repository.map(r -> ImageReference.ofRepository(r, tag, Optional.empty()));
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new GatewayException.InvalidInput("manifest is not base64: " + e.getMessage());
        }
    }

    private static List<Layer> layers(ImageContent image) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < image.layers().size(); i++) {
            Descriptor blob = image.layers().get(i);
            layers.add(new Layer(blob.digest(), image.diffIds().get(i), blob.mediaType(), blob.size()));
        }
        return layers;
    }

    private static List<String> strings(List<ImageReference> names) {
        return names.stream().map(ImageReference::toString).toList();
    }
}
