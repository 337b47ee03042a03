package io.strata.gateway.distribution;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.strata.gateway.manifests.ManifestContent;
import io.strata.gateway.manifests.ManifestRow;
import io.strata.gateway.manifests.ManifestRows;
import io.strata.gateway.manifests.Manifests;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.Index;
import io.strata.oci.MediaTypes;
import io.strata.oci.OciJson;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Manifests that say that they are about another one ({@code subject}), and those that an older client listed under the
 * fallback tag ({@code sha256-<hex>}).
 */
@ApplicationScoped
class Referrers {
    private final ManifestRows rows;
    private final Manifests manifests;

    Referrers(ManifestRows rows, Manifests manifests) {
        this.rows = rows;
        this.manifests = manifests;
    }

    /** An index, empty when there is none; never an error. */
    Index of(V2Name name, Digest subject, Optional<String> artifactType) {
        Map<Digest, Descriptor> found = new LinkedHashMap<>();
        QuarkusTransaction.requiringNew().run(() -> rows.referrers(name.key(), subject).stream()
                .map(Referrers::descriptor)
                .forEach(d -> found.put(d.digest(), d)));
        fallback(name, subject).forEach(d -> found.putIfAbsent(d.digest(), d));
        List<Descriptor> wanted = new ArrayList<>(found.values());
        artifactType.ifPresent(type -> wanted.removeIf(d -> !type.equals(d.artifactType())));
        return new Index(2, MediaTypes.OCI_INDEX, null, wanted, null, null);
    }

    private static Descriptor descriptor(ManifestRow row) {
        Map<String, String> annotations = null;
        if (row.annotations != null) {
            annotations = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> one : OciJson.read(
                            row.annotations.getBytes(StandardCharsets.UTF_8), JsonNode.class)
                    .properties()) {
                annotations.put(one.getKey(), one.getValue().asText());
            }
        }
        return new Descriptor(
                row.mediaType, Digest.parse(row.digest), row.size, null, annotations, null, row.artifactType);
    }

    private List<Descriptor> fallback(V2Name name, Digest subject) {
        return manifests
                .byTag(name.key(), subject.algorithm() + "-" + subject.hex())
                .flatMap(manifests::read)
                .map(ManifestContent::parse)
                .map(ManifestContent::children)
                .orElse(List.of());
    }
}
