package io.strata.layerfs.tar;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.LayerException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes a tar: ustar where everything fits, else PAX with the records that are needed and no others. The same entries
 * give the same bytes. Each file's content has to be as long as its entry says.
 */
public final class TarWriter implements Closeable {
    private static final ByteString SLASH = ByteString.of("/");

    private final OutputStream tar;
    private final byte[] block = new byte[TarBlock.BYTES];
    private long contentLeft;
    private int padding;
    private boolean finished;

    /** @param tar written in small pieces, so it should be buffered; closed with this */
    public TarWriter(OutputStream tar) {
        this.tar = tar;
    }

    /** Begins an entry; the content of the one before has to be whole. */
    public void entry(TarEntry entry) throws IOException {
        endEntry();
        ByteString name = entry.type() == TarType.DIRECTORY && !entry.name().endsWith('/')
                ? entry.name().plus(SLASH)
                : entry.name();
        PaxHeader pax = new PaxHeader();
        int slash = prefixEnd(name);
        if (slash < 0) {
            pax.add("path", name);
        }
        if (!fits(entry.link(), TarBlock.NAME_LENGTH)) {
            pax.add("linkpath", entry.link());
        }
        pax.addNumber("size", entry.size(), octalLimit(TarBlock.LONG_LENGTH));
        pax.addNumber("uid", entry.uid(), octalLimit(TarBlock.ID_LENGTH));
        pax.addNumber("gid", entry.gid(), octalLimit(TarBlock.ID_LENGTH));
        pax.addTime("mtime", entry.mtimeSeconds(), entry.mtimeNanos(), octalLimit(TarBlock.LONG_LENGTH));
        addOwner(pax, "uname", entry.userName());
        addOwner(pax, "gname", entry.groupName());
        for (Map.Entry<ByteString, byte[]> xattr : entry.xattrs().entrySet()) {
            if (xattr.getKey().indexOf('=', 0) >= 0) {
                throw new LayerException("a tar cannot hold the extended attribute " + xattr.getKey() + " of " + name
                        + ": its name has an equals sign");
            }
            pax.add(ByteString.of("SCHILY.xattr.").plus(xattr.getKey()), xattr.getValue());
        }
        if (!pax.isEmpty()) {
            writePax(pax.toBytes(), name);
        }
        fillHeader(entry, name, slash);
        tar.write(block);
        contentLeft = entry.type() == TarType.FILE ? entry.size() : 0;
        padding = (int) (TarBlock.padded(contentLeft) - contentLeft);
    }

    private static void addOwner(PaxHeader pax, String key, ByteString name) {
        if (!fits(name, TarBlock.OWNER_LENGTH - 1)) {
            pax.add(key, name);
        }
    }

    /** Content of the current entry. @throws IOException for more bytes than the entry says */
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > contentLeft) {
            throw new IOException("more content than the tar entry's size");
        }
        tar.write(bytes, offset, length);
        contentLeft -= length;
    }

    /** Writes all of {@code content} into the current entry. */
    public void write(InputStream content) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (int count; (count = content.read(buffer, 0, buffer.length)) >= 0; ) {
            write(buffer, 0, count);
        }
    }

    private void endEntry() throws IOException {
        if (finished) {
            throw new IOException("the tar is finished");
        }
        if (contentLeft > 0) {
            throw new IOException(contentLeft + " bytes of content are missing from the tar entry");
        }
        Arrays.fill(block, (byte) 0);
        tar.write(block, 0, padding);
        padding = 0;
    }

    /** Ends the tar with two blocks of zeros; the stream stays open. */
    public void finish() throws IOException {
        endEntry();
        tar.write(block);
        tar.write(block);
        tar.flush();
        finished = true;
    }

    /** Finishes the tar, if its last entry is whole and it is not finished, and closes the stream. */
    @Override
    public void close() throws IOException {
        try (tar) {
            if (!finished && contentLeft == 0) {
                finish();
            }
        }
    }

    private static long octalLimit(int fieldLength) {
        return 1L << 3 * (fieldLength - 1);
    }

    private static boolean fits(ByteString text, int length) {
        if (text.length() > length) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.at(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Where ustar's prefix of the name ends; 0 when the name fits without; -1 when it cannot be split. */
    private static int prefixEnd(ByteString name) {
        if (fits(name, TarBlock.NAME_LENGTH)) {
            return 0;
        }
        if (!fits(name, TarBlock.NAME_LENGTH + 1 + TarBlock.PREFIX_LENGTH)) {
            return -1;
        }
        int slash = name.indexOf('/', Math.max(1, name.length() - 1 - TarBlock.NAME_LENGTH));
        return slash > 0 && slash <= TarBlock.PREFIX_LENGTH && slash < name.length() - 1 ? slash : -1;
    }

    private void fillHeader(TarEntry entry, ByteString name, int slash) {
        Arrays.fill(block, (byte) 0);
        if (slash > 0) {
            put(name.slice(0, slash), TarBlock.PREFIX, TarBlock.PREFIX_LENGTH);
            put(name.slice(slash + 1), TarBlock.NAME, TarBlock.NAME_LENGTH);
        } else {
            put(name, TarBlock.NAME, TarBlock.NAME_LENGTH);
        }
        put(entry.link(), TarBlock.LINK, TarBlock.NAME_LENGTH);
        octal(entry.mode() & 07777, TarBlock.MODE, TarBlock.ID_LENGTH);
        octal(entry.uid(), TarBlock.UID, TarBlock.ID_LENGTH);
        octal(entry.gid(), TarBlock.GID, TarBlock.ID_LENGTH);
        octal(entry.type() == TarType.FILE ? entry.size() : 0, TarBlock.SIZE, TarBlock.LONG_LENGTH);
        octal(entry.mtimeSeconds(), TarBlock.MTIME, TarBlock.LONG_LENGTH);
        octal(entry.major(), TarBlock.MAJOR, TarBlock.ID_LENGTH);
        octal(entry.minor(), TarBlock.MINOR, TarBlock.ID_LENGTH);
        put(entry.userName(), TarBlock.USER_NAME, TarBlock.OWNER_LENGTH - 1);
        put(entry.groupName(), TarBlock.GROUP_NAME, TarBlock.OWNER_LENGTH - 1);
        block[TarBlock.TYPE] = (byte) entry.type().flag();
        seal();
    }

    private void writePax(byte[] records, ByteString name) throws IOException {
        Arrays.fill(block, (byte) 0);
        put(PaxHeader.nameFor(name), TarBlock.NAME, TarBlock.NAME_LENGTH);
        octal(0644, TarBlock.MODE, TarBlock.ID_LENGTH);
        octal(0, TarBlock.UID, TarBlock.ID_LENGTH);
        octal(0, TarBlock.GID, TarBlock.ID_LENGTH);
        octal(records.length, TarBlock.SIZE, TarBlock.LONG_LENGTH);
        octal(0, TarBlock.MTIME, TarBlock.LONG_LENGTH);
        block[TarBlock.TYPE] = 'x';
        seal();
        tar.write(block);
        tar.write(records);
        tar.write(new byte[(int) TarBlock.padded(records.length) - records.length]);
    }

    private void seal() {
        put(ByteString.of("ustar"), TarBlock.MAGIC, 6);
        block[TarBlock.MAGIC + 6] = '0';
        block[TarBlock.MAGIC + 7] = '0';
        octal(TarBlock.checksum(block), TarBlock.CHECKSUM, 7);
        block[TarBlock.CHECKSUM + 7] = ' ';
    }

    private void put(ByteString text, int offset, int length) {
        for (int i = 0; i < Math.min(text.length(), length); i++) {
            int value = text.at(i);
            block[offset + i] = value < 0x80 ? (byte) value : (byte) '?';
        }
    }

    /** Zero when it does not fit: a PAX record says it then. */
    private void octal(long value, int offset, int length) {
        long rest = value < 0 || value >= octalLimit(length) ? 0 : value;
        for (int i = offset + length - 2; i >= offset; i--) {
            block[i] = (byte) ('0' + (rest & 7));
            rest >>= 3;
        }
    }
}
