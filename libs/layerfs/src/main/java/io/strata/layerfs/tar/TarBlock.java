package io.strata.layerfs.tar;

/** The fields of a tar's 512-byte header: offset and length (POSIX.1-2017, pax, "ustar Interchange Format"). */
final class TarBlock {
    static final int BYTES = 512;
    static final int NAME = 0;
    static final int NAME_LENGTH = 100;
    static final int MODE = 100;
    static final int UID = 108;
    static final int GID = 116;
    static final int ID_LENGTH = 8;
    static final int SIZE = 124;
    static final int MTIME = 136;
    static final int LONG_LENGTH = 12;
    static final int CHECKSUM = 148;
    static final int TYPE = 156;
    static final int LINK = 157;
    static final int MAGIC = 257;
    static final int USER_NAME = 265;
    static final int GROUP_NAME = 297;
    static final int OWNER_LENGTH = 32;
    static final int MAJOR = 329;
    static final int MINOR = 337;
    static final int PREFIX = 345;
    static final int PREFIX_LENGTH = 155;

    private TarBlock() {}

    static boolean isZero(byte[] block) {
        for (byte value : block) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** The sum of all bytes, the checksum's own taken as blanks. */
    static int checksum(byte[] block) {
        int sum = 0;
        for (int i = 0; i < BYTES; i++) {
            sum += i >= CHECKSUM && i < CHECKSUM + 8 ? ' ' : block[i] & 0xFF;
        }
        return sum;
    }

    /** Some old writers summed signed bytes. */
    static int signedChecksum(byte[] block) {
        int sum = 0;
        for (int i = 0; i < BYTES; i++) {
            sum += i >= CHECKSUM && i < CHECKSUM + 8 ? ' ' : block[i];
        }
        return sum;
    }

    static long padded(long size) {
        return size + BYTES - 1 & -BYTES;
    }
}
