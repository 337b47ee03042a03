package io.strata.layerfs.inflate;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * A gzip file of any number of members, unpacked by the JDK's zlib. {@link java.util.zip.GZIPInputStream} is not used: it
 * takes the end of what is {@code available()} for the end of the file, and ignores what it cannot read after a member.
 */
final class JavaGzipStream extends InputStream {
    private static final int FHCRC = 2;
    private static final int FEXTRA = 4;
    private static final int FNAME = 8;
    private static final int FCOMMENT = 16;

    private final InputStream packed;
    private final byte[] input;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final MemberLimit members = new MemberLimit();
    private int at;
    private int filled;
    private boolean inMember;
    private boolean ended;
    private boolean closed;

    JavaGzipStream(InputStream packed, int inputBytes) {
        this.packed = packed;
        this.input = new byte[inputBytes];
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (!inMember && !startMember()) {
                break;
            }
            int count = inflate(bytes, offset, length);
            if (count > 0) {
                checksum.update(bytes, offset, count);
                members.unpacked();
                return count;
            }
            if (inflater.finished()) {
                endMember();
            } else if (inflater.needsDictionary()) {
                throw new ZipException("the gzip stream is damaged: it asks for a dictionary");
            }
        }
        return -1;
    }

    private int inflate(byte[] bytes, int offset, int length) throws IOException {
        try {
            if (inflater.needsInput() && !inflater.finished()) {
                if (at == filled && !fill()) {
                    throw new ZipException("the gzip stream ends too early");
                }
                inflater.setInput(input, at, filled - at);
                at = filled;
            }
            return inflater.inflate(bytes, offset, length);
        } catch (DataFormatException e) {
            throw new ZipException("the gzip stream is damaged: " + e.getMessage());
        }
    }

    private boolean startMember() throws IOException {
        if (at == filled && !fill()) {
            ended = true;
            return false;
        }
        if (next() != 0x1F || next() != 0x8B) {
            throw new ZipException("the gzip stream is damaged: not a gzip header");
        }
        if (next() != 8) {
            throw new ZipException("the gzip stream is damaged: unknown compression method");
        }
        int flags = next();
        skip(6);
        if ((flags & FEXTRA) != 0) {
            skip(next() | next() << 8);
        }
        for (int text = (flags & FNAME) + (flags & FCOMMENT);
                text > 0;
                text -= (text & FNAME) != 0 ? FNAME : FCOMMENT) {
            skipText();
        }
        if ((flags & FHCRC) != 0) {
            skip(2);
        }
        inflater.reset();
        checksum.reset();
        inMember = true;
        return true;
    }

    private void endMember() throws IOException {
        at = filled - inflater.getRemaining();
        long expected = little32();
        long length = little32();
        if (expected != checksum.getValue() || length != (inflater.getBytesWritten() & 0xFFFFFFFFL)) {
            throw new ZipException("the gzip stream is damaged: wrong checksum");
        }
        inMember = false;
        members.nextMember();
    }

    private long little32() throws IOException {
        return next() | next() << 8 | next() << 16 | (long) next() << 24;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        int count = 0;
        while (next() != 0) {
            if (++count > 65_536) {
                throw new ZipException("the gzip stream is damaged: a name in a header without end");
            }
        }
    }

    private int next() throws IOException {
        if (at == filled && !fill()) {
            throw new ZipException("the gzip stream ends too early");
        }
        return input[at++] & 0xFF;
    }

    private boolean fill() throws IOException {
        int count = packed.read(input, 0, input.length);
        at = 0;
        filled = Math.max(0, count);
        return count > 0;
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            inflater.end();
            packed.close();
        }
    }
}
