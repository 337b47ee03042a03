package io.strata.layerfs.tar;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.LayerException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a PAX extended header says of the entry that follows (POSIX.1-2017, pax, "Extended Header"). Values are bytes; an
 * empty value means that the field of the ustar header counts, save for xattrs, which may be empty.
 */
final class PaxRecords {
    private static final String XATTR = "SCHILY.xattr.";

    private final SortedMap<ByteString, byte[]> xattrs = new TreeMap<>();
    private Optional<ByteString> path = Optional.empty();
    private Optional<ByteString> link = Optional.empty();
    private Optional<ByteString> userName = Optional.empty();
    private Optional<ByteString> groupName = Optional.empty();
    private OptionalLong size = OptionalLong.empty();
    private OptionalLong uid = OptionalLong.empty();
    private OptionalLong gid = OptionalLong.empty();
    private Optional<TarNumbers.Time> mtime = Optional.empty();

    /** Adds the records of one header; later ones win. */
    void parse(byte[] header) throws LayerException {
        for (int at = 0; at < header.length; ) {
            int space = at;
            while (space < header.length && header[space] >= '0' && header[space] <= '9' && space - at < 10) {
                space++;
            }
            if (space == header.length || header[space] != ' ' || space == at) {
                throw new LayerException("a PAX record does not begin with its length");
            }
            long length = TarNumbers.decimal(header, at, space, "length");
            if (length <= space - at + 1L || length > header.length - at || header[(int) (at + length - 1)] != '\n') {
                throw new LayerException("a PAX record does not have the length that it says");
            }
            int end = (int) (at + length - 1);
            int equals = space + 1;
            while (equals < end && header[equals] != '=') {
                equals++;
            }
            if (equals == end || equals == space + 1) {
                throw new LayerException("a PAX record without a keyword and an equals sign");
            }
            record(header, space + 1, equals, end);
            at = end + 1;
        }
    }

    private void record(byte[] header, int from, int equals, int end) throws LayerException {
        // ISO 8859-1 keeps each byte as one char: what follows the prefix may be anything.
        String key = new String(header, from, equals - from, StandardCharsets.ISO_8859_1);
        int value = equals + 1;
        boolean empty = value == end;
        switch (key) {
            case "path" -> path = text(header, value, end, key);
            case "linkpath" -> link = text(header, value, end, key);
            case "uname" -> userName = text(header, value, end, key);
            case "gname" -> groupName = text(header, value, end, key);
            case "size" -> size = number(header, value, end, key);
            case "uid" -> uid = number(header, value, end, key);
            case "gid" -> gid = number(header, value, end, key);
            case "mtime" -> mtime = empty ? Optional.empty() : Optional.of(TarNumbers.time(header, value, end, key));
            default -> other(header, key, from, equals, end);
        }
    }

    private void other(byte[] header, String key, int from, int equals, int end) throws LayerException {
        if (key.startsWith("GNU.sparse.")) {
            throw new LayerException("sparse entries are not supported in a layer");
        }
        if (key.startsWith(XATTR)) {
            ByteString name = ByteString.copyOf(header, from + XATTR.length(), equals);
            if (name.isEmpty() || name.indexOf(0, 0) >= 0 || name.length() > 255) {
                throw new LayerException("an extended attribute's name is empty, too long or has a NUL byte");
            }
            xattrs.put(name, Arrays.copyOfRange(header, equals + 1, end));
        }
    }

    private static Optional<ByteString> text(byte[] header, int from, int to, String key) throws LayerException {
        ByteString text = ByteString.copyOf(header, from, to);
        if (text.indexOf(0, 0) >= 0) {
            throw new LayerException("the PAX record " + key + " has a NUL byte");
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static OptionalLong number(byte[] header, int from, int to, String key) throws LayerException {
        return from == to ? OptionalLong.empty() : OptionalLong.of(TarNumbers.decimal(header, from, to, key));
    }

    SortedMap<ByteString, byte[]> xattrs() {
        return xattrs;
    }

    Optional<ByteString> path() {
        return path;
    }

    Optional<ByteString> link() {
        return link;
    }

    Optional<ByteString> userName() {
        return userName;
    }

    Optional<ByteString> groupName() {
        return groupName;
    }

    OptionalLong size() {
        return size;
    }

    OptionalLong uid() {
        return uid;
    }

    OptionalLong gid() {
        return gid;
    }

    Optional<TarNumbers.Time> mtime() {
        return mtime;
    }
}
