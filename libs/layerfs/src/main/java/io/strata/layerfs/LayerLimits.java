package io.strata.layerfs;

/**
 * What a layer may cost. A layer that exceeds a limit is refused with a {@link LayerException} that names the limit.
 *
 * @param entries       tar entries of one layer
 * @param unpackedBytes length of the uncompressed tar
 * @param ratio         uncompressed bytes per compressed byte; deflate cannot exceed 1,032. Counted once 1 GiB came out,
 *                      because a small file of zeros compresses better than any bomb
 * @param headerBytes   one PAX header or GNU long name, all records together; also all xattrs of one entry
 * @param pathBytes     length of a path or link target (the kernel's PATH_MAX is 4,096)
 */
public record LayerLimits(long entries, long unpackedBytes, long ratio, int headerBytes, int pathBytes) {
    /** 10 million entries, 1 TiB, 1,100 times, 1 MiB, 4,095 bytes: beyond what real images hold. */
    public static final LayerLimits DEFAULT = new LayerLimits(10_000_000, 1L << 40, 1_100, 1 << 20, 4_095);

    public LayerLimits {
        if (entries < 1 || unpackedBytes < 1_024 || ratio < 1 || headerBytes < 1_024 || pathBytes < 255) {
            throw new IllegalArgumentException(
                    "layer limits too small to take any layer: entries ≥ 1, unpackedBytes ≥ 1024, ratio ≥ 1, headerBytes ≥ 1024, pathBytes ≥ 255");
        }
    }

    public LayerLimits withEntries(long count) {
        return new LayerLimits(count, unpackedBytes, ratio, headerBytes, pathBytes);
    }

    public LayerLimits withUnpackedBytes(long bytes) {
        return new LayerLimits(entries, bytes, ratio, headerBytes, pathBytes);
    }

    public LayerLimits withRatio(long times) {
        return new LayerLimits(entries, unpackedBytes, times, headerBytes, pathBytes);
    }
}
