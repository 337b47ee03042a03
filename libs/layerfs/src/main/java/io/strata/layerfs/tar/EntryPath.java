package io.strata.layerfs.tar;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.LayerException;

/**
 * Where an entry's name points within its layer: no leading slash, no empty part, no {@code .}. An absolute name counts
 * from the layer's root, as everywhere; {@code ..} is refused wherever it stands.
 *
 * @param full empty for the root
 * @param name the last part; empty for the root
 */
public record EntryPath(ByteString full, ByteString name) {
    private static final int NAME_MAX = 255;

    /** The layer's root, which an entry {@code ./} describes. */
    public static final EntryPath ROOT = new EntryPath(ByteString.EMPTY, ByteString.EMPTY);

    /** @throws LayerException when a part is {@code ..} or longer than 255 bytes */
    public static EntryPath of(ByteString raw) throws LayerException {
        byte[] clean = new byte[raw.length()];
        int length = 0;
        int nameAt = 0;
        for (int at = 0; at < raw.length(); ) {
            int end = raw.indexOf('/', at);
            end = end < 0 ? raw.length() : end;
            int size = end - at;
            if (size == 2 && raw.at(at) == '.' && raw.at(at + 1) == '.') {
                throw new LayerException("the name " + raw + " points outside the layer with '..'");
            }
            if (size > NAME_MAX) {
                throw new LayerException("the name " + raw + " has a part of " + size + " bytes; the most is 255");
            }
            if (size > 0 && !(size == 1 && raw.at(at) == '.')) {
                if (length > 0) {
                    clean[length++] = '/';
                }
                nameAt = length;
                for (int i = at; i < end; i++) {
                    clean[length++] = (byte) raw.at(i);
                }
            }
            at = end + 1;
        }
        if (length == 0) {
            return ROOT;
        }
        ByteString full = length == raw.length() ? raw : ByteString.copyOf(clean, 0, length);
        return new EntryPath(full, nameAt == 0 ? full : full.slice(nameAt));
    }

    /** The directory that holds the entry; empty for the root. */
    public ByteString parent() {
        return parentOf(full);
    }

    public static ByteString parentOf(ByteString full) {
        int slash = full.lastIndexOf('/');
        return slash < 0 ? ByteString.EMPTY : full.slice(0, slash);
    }

    public static ByteString nameOf(ByteString full) {
        return full.slice(full.lastIndexOf('/') + 1);
    }

    public boolean isRoot() {
        return full.isEmpty();
    }
}
