package io.strata.layerfs.inflate;

import java.util.zip.ZipException;

/** Refuses a run of gzip members that unpack to nothing: a blob of them is work without end (CVE-2022-30631). */
final class MemberLimit {
    private static final int EMPTY_MEMBERS = 1_000;

    private int empty;

    void nextMember() throws ZipException {
        if (++empty > EMPTY_MEMBERS) {
            throw new ZipException("the gzip stream has more than " + EMPTY_MEMBERS + " empty members in a row");
        }
    }

    void unpacked() {
        empty = 0;
    }
}
