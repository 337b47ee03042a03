package io.strata.runtime.saved;

import io.strata.blobs.BlobFacts;
import io.strata.layerfs.LayerLimits;
import io.strata.layerfs.tar.TarEntry;
import io.strata.layerfs.tar.TarReader;
import io.strata.layerfs.tar.TarType;
import io.strata.oci.OciJson;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.images.NewImages;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An archive of {@code docker save}, read once as it comes: what is small and looks like JSON is kept in memory, up to a
 * bound, everything else goes to the store under the digest that it turns out to have. Names in it are looked up, never
 * used as paths.
 */
final class LoadedArchive {
    /** Of all documents together; an image's configuration is some kilobytes. */
    private static final int MOST_DOCUMENTS = 32 << 20;

    private static final int MOST_ENTRIES = 100_000;
    private static final int MOST_LINKS = 16;

    private final Map<String, byte[]> documents = new HashMap<>();
    private final Map<String, BlobFacts> blobs = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();
    private int documentBytes;

    /** @throws EngineException.InvalidInput when it is no such archive, or its documents are too large */
    static LoadedArchive read(InputStream tar, NewImages images) throws IOException {
        LoadedArchive archive = new LoadedArchive();
        TarReader reader =
                new TarReader(new BufferedInputStream(tar, 64 << 10), LayerLimits.DEFAULT.withEntries(MOST_ENTRIES));
        for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            archive.add(entry.get(), reader, images);
        }
        return archive;
    }

    private void add(TarEntry entry, TarReader reader, NewImages images) throws IOException {
        String name = normalized(entry.name().toText());
        switch (entry.type()) {
            case FILE -> content(name, entry.size(), reader.content(), images);
            case HARDLINK -> links.put(name, normalized(entry.link().toText()));
            case SYMLINK -> {
                Path parent = Path.of("/" + name).getParent();
                links.put(name, normalized(parent.resolve(entry.link().toText()).toString()));
            }
            default -> {
                if (entry.type() != TarType.DIRECTORY) {
                    throw new EngineException.InvalidInput("invalid archive: " + name + " is a special file");
                }
            }
        }
    }

    /** As a key: {@code ./a//b/../c} is {@code a/c}. */
    private static String normalized(String name) {
        return Path.of("/" + name).normalize().toString().substring(1);
    }

    private void content(String name, long size, InputStream content, NewImages images) throws IOException {
        byte[] first = content.readNBytes(1);
        boolean document =
                size <= OciJson.MAX_MANIFEST_BYTES && first.length == 1 && (first[0] == '{' || first[0] == '[');
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(first), content);
        if (document) {
            documentBytes += (int) size;
            if (documentBytes > MOST_DOCUMENTS) {
                throw new EngineException.InvalidInput(
                        "invalid archive: its JSON documents have more than " + MOST_DOCUMENTS + " bytes");
            }
            documents.put(name, whole.readAllBytes());
        } else if (size > 0) {
            blobs.put(name, images.keep("application/octet-stream", whole));
        }
    }

    /** A document by its name in the archive. */
    Optional<byte[]> document(String name) {
        return Optional.ofNullable(documents.get(followed(name)));
    }

    /** @throws EngineException.InvalidInput when the archive names it and does not have it */
    BlobFacts blob(String name) {
        BlobFacts blob = blobs.get(followed(name));
        if (blob == null) {
            throw new EngineException.InvalidInput("invalid archive: there is no layer " + name + " in it");
        }
        return blob;
    }

    private String followed(String name) {
        String at = normalized(name);
        for (int i = 0; i < MOST_LINKS && links.containsKey(at); i++) {
            at = links.get(at);
        }
        return at;
    }
}
