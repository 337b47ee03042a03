package io.strata.layerstore.ingests;

import io.strata.layerstore.blobs.BlobFacts;
import io.strata.layerstore.objects.BlobStore;
import java.util.List;

/** What was stored, as the writer digested it. {@code parts} is empty for a single PUT. */
public record Completion(BlobFacts blob, List<BlobStore.PartTag> parts) {}
