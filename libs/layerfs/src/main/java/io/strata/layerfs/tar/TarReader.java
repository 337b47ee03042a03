package io.strata.layerfs.tar;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.LayerException;
import io.strata.layerfs.LayerLimits;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Reads a tar as it streams by: ustar, PAX, GNU's long names and base-256 numbers, old V7. Names and values are bytes.
 * Whatever is malformed, beyond the limits or not known (sparse files, volume labels) is a {@link LayerException}. Global
 * PAX headers have no effect, as in every other container engine. After the end nothing more is read: padding stays in
 * the stream.
 */
public final class TarReader {
    private final InputStream tar;
    private final LayerLimits limits;
    private final byte[] block = new byte[TarBlock.BYTES];
    private long offset;
    private long entries;
    private long contentLeft;
    private long padding;
    private long contentOffset;
    private boolean ended;
    private PaxRecords pax;
    private ByteString longName;
    private ByteString longLink;

    /** @param tar uncompressed; read in blocks of 512 bytes, so it should be buffered. Not closed here */
    public TarReader(InputStream tar, LayerLimits limits) {
        this.tar = tar;
        this.limits = limits;
    }

    /** The next entry, what is left of the content before skipped; empty at the end of the tar. */
    public Optional<TarEntry> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        forget();
        while (true) {
            skipContent();
            if (!readHeader()) {
                ended = true;
                return Optional.empty();
            }
            if (++entries > limits.entries()) {
                throw new LayerException("the layer has more entries than the limit of " + limits.entries());
            }
            long size = TarNumbers.field(block, TarBlock.SIZE, TarBlock.LONG_LENGTH, "size");
            char flag = (char) (block[TarBlock.TYPE] & 0xFF);
            switch (flag) {
                case 'x' -> {
                    pax = new PaxRecords();
                    pax.parse(extension(size, "PAX header"));
                }
                case 'g' -> new PaxRecords().parse(extension(size, "global PAX header"));
                case 'L' -> longName = longText(size);
                case 'K' -> longLink = longText(size);
                default -> {
                    return Optional.of(entry(flag, size));
                }
            }
        }
    }

    private void forget() {
        pax = null;
        longName = null;
        longLink = null;
    }

    /** Content of the current entry. @return -1 at its end */
    public int read(byte[] bytes, int at, int length) throws IOException {
        if (contentLeft == 0) {
            return -1;
        }
        int count = tar.read(bytes, at, (int) Math.min(length, contentLeft));
        if (count < 0) {
            throw truncated();
        }
        contentLeft -= count;
        offset += count;
        return count;
    }

    /** The current entry's content as a stream that ends with it. */
    public InputStream content() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int at, int length) throws IOException {
                return length == 0 ? 0 : TarReader.this.read(bytes, at, length);
            }
        };
    }

    /** Where in the tar the current entry's content begins. */
    public long contentOffset() {
        return contentOffset;
    }

    /** Headers read so far, those of extensions counted. */
    public long entries() {
        return entries;
    }

    private void skipContent() throws IOException {
        long left = contentLeft + padding;
        while (left > 0) {
            long count = tar.skip(left);
            if (count <= 0) {
                if (tar.read() < 0) {
                    throw truncated();
                }
                count = 1;
            }
            left -= count;
            offset += count;
        }
        contentLeft = 0;
        padding = 0;
    }

    /** @return false at the end: two blocks of zeros, or the stream's end between entries */
    private boolean readHeader() throws IOException {
        if (!readBlock()) {
            return false;
        }
        if (TarBlock.isZero(block)) {
            if (readBlock() && !TarBlock.isZero(block)) {
                throw new LayerException("the tar has an entry after a single block of zeros");
            }
            return false;
        }
        long checksum = TarNumbers.field(block, TarBlock.CHECKSUM, 8, "checksum");
        if (checksum != TarBlock.checksum(block) && checksum != TarBlock.signedChecksum(block)) {
            throw new LayerException("not a tar header at byte " + (offset - TarBlock.BYTES) + ": wrong checksum");
        }
        return true;
    }

    private boolean readBlock() throws IOException {
        int count = tar.readNBytes(block, 0, TarBlock.BYTES);
        offset += count;
        if (count > 0 && count < TarBlock.BYTES) {
            throw truncated();
        }
        return count > 0;
    }

    private LayerException truncated() {
        return new LayerException("the tar ends within an entry, at byte " + offset);
    }

    private byte[] extension(long size, String what) throws IOException {
        if (size < 0 || size > limits.headerBytes()) {
            throw new LayerException("a " + what + " of " + size + " bytes; the limit is " + limits.headerBytes());
        }
        contentLeft = size;
        padding = TarBlock.padded(size) - size;
        byte[] bytes = content().readNBytes((int) size);
        if (bytes.length < size) {
            throw truncated();
        }
        return bytes;
    }

    private ByteString longText(long size) throws IOException {
        byte[] bytes = extension(size, "GNU long name");
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return ByteString.copyOf(bytes, 0, end);
    }

    private TarEntry entry(char flag, long headerSize) throws LayerException {
        PaxRecords records = pax == null ? new PaxRecords() : pax;
        ByteString name = checked(records.path().orElseGet(this::headerName), "name");
        TarType type = type(flag, name);
        long size = type == TarType.FILE ? records.size().orElse(headerSize) : 0;
        if (size < 0 || size > limits.unpackedBytes()) {
            throw new LayerException(
                    "entry " + name + " has a size of " + size + " bytes; the limit is " + limits.unpackedBytes());
        }
        contentLeft = size;
        padding = TarBlock.padded(size) - size;
        contentOffset = offset;
        boolean links = type == TarType.SYMLINK || type == TarType.HARDLINK;
        ByteString link = links ? checked(records.link().orElseGet(this::headerLink), "link target") : ByteString.EMPTY;
        TarNumbers.Time mtime = records.mtime().isPresent()
                ? records.mtime().get()
                : new TarNumbers.Time(TarNumbers.field(block, TarBlock.MTIME, TarBlock.LONG_LENGTH, "mtime"), 0);
        int xattrBytes = records.xattrs().entrySet().stream()
                .mapToInt(xattr -> xattr.getKey().length() + xattr.getValue().length)
                .sum();
        if (xattrBytes > limits.headerBytes()) {
            throw new LayerException("entry " + name + " has more than " + limits.headerBytes() + " bytes of xattrs");
        }
        return new TarEntry(
                type,
                type == TarType.DIRECTORY ? withoutFinalSlashes(name) : name,
                (int) TarNumbers.field(block, TarBlock.MODE, TarBlock.ID_LENGTH, "mode") & 07777,
                id(records.uid().orElse(TarNumbers.field(block, TarBlock.UID, TarBlock.ID_LENGTH, "uid")), name),
                id(records.gid().orElse(TarNumbers.field(block, TarBlock.GID, TarBlock.ID_LENGTH, "gid")), name),
                size,
                mtime.seconds(),
                mtime.nanos(),
                link,
                type.isDevice() ? device(TarBlock.MAJOR, 0xFFF, name) : 0,
                type.isDevice() ? device(TarBlock.MINOR, 0xFFFFF, name) : 0,
                records.userName().orElseGet(() -> ownerName(TarBlock.USER_NAME)),
                records.groupName().orElseGet(() -> ownerName(TarBlock.GROUP_NAME)),
                records.xattrs());
    }

    private static TarType type(char flag, ByteString name) throws LayerException {
        return switch (flag) {
            // In V7's tar a directory is a file whose name ends in a slash.
            case 0 -> name.endsWith('/') ? TarType.DIRECTORY : TarType.FILE;
            case '0', '7' -> TarType.FILE;
            case '1' -> TarType.HARDLINK;
            case '2' -> TarType.SYMLINK;
            case '3' -> TarType.CHARACTER_DEVICE;
            case '4' -> TarType.BLOCK_DEVICE;
            case '5' -> TarType.DIRECTORY;
            case '6' -> TarType.FIFO;
            case 'S' -> throw new LayerException("entry " + name + " is sparse, which is not supported in a layer");
            default ->
                throw new LayerException("entry " + name + " has the type " + ByteString.of(String.valueOf(flag))
                        + ", which is not supported in a layer");
        };
    }

    private ByteString checked(ByteString text, String what) throws LayerException {
        if (text.isEmpty()) {
            throw new LayerException("a tar entry has an empty " + what);
        }
        if (text.length() > limits.pathBytes()) {
            throw new LayerException("a tar entry's " + what + " has " + text.length() + " bytes; the limit is "
                    + limits.pathBytes() + ": " + text);
        }
        return text;
    }

    private ByteString headerName() {
        if (longName != null) {
            return longName;
        }
        ByteString name = text(TarBlock.NAME, TarBlock.NAME_LENGTH);
        // GNU's magic is "ustar  "; its headers have other things where POSIX has the prefix.
        boolean posix = text(TarBlock.MAGIC, 6).equals(USTAR) && block[TarBlock.MAGIC + 5] == 0;
        if (!posix) {
            return name;
        }
        ByteString prefix = text(TarBlock.PREFIX, TarBlock.PREFIX_LENGTH);
        return prefix.isEmpty() ? name : prefix.plus(SLASH).plus(name);
    }

    private static final ByteString USTAR = ByteString.of("ustar");
    private static final ByteString SLASH = ByteString.of("/");

    private ByteString headerLink() {
        return longLink != null ? longLink : text(TarBlock.LINK, TarBlock.NAME_LENGTH);
    }

    private ByteString ownerName(int field) {
        boolean known = text(TarBlock.MAGIC, 5).equals(USTAR);
        return known ? text(field, TarBlock.OWNER_LENGTH) : ByteString.EMPTY;
    }

    private ByteString text(int from, int length) {
        int end = from;
        while (end < from + length && block[end] != 0) {
            end++;
        }
        return ByteString.copyOf(block, from, end);
    }

    private static ByteString withoutFinalSlashes(ByteString name) {
        int end = name.length();
        while (end > 1 && name.at(end - 1) == '/') {
            end--;
        }
        return name.slice(0, end);
    }

    /** 2^32 - 1 is no owner: chown(2) takes it for "leave as it is". */
    private static long id(long value, ByteString name) throws LayerException {
        if (value < 0 || value >= 0xFFFFFFFFL) {
            throw new LayerException("entry " + name + " belongs to " + value + ", which is no user or group");
        }
        return value;
    }

    private int device(int field, int most, ByteString name) throws LayerException {
        long value = TarNumbers.field(block, field, TarBlock.ID_LENGTH, "device number");
        if (value < 0 || value > most) {
            throw new LayerException("entry " + name + " has the device number " + value + "; the most is " + most);
        }
        return (int) value;
    }
}
