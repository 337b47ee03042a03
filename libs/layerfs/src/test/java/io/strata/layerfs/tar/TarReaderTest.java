package io.strata.layerfs.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.LayerException;
import io.strata.layerfs.LayerLimits;
import io.strata.layerfs.fixtures.TarBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarReaderTest {
    private static ByteString name(String text) {
        return ByteString.of(text);
    }

    private static List<TarEntry> read(byte[] tar) throws IOException {
        return read(tar, LayerLimits.DEFAULT);
    }

    private static List<TarEntry> read(byte[] tar, LayerLimits limits) throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(tar), limits);
        List<TarEntry> entries = new ArrayList<>();
        for (Optional<TarEntry> entry; (entry = reader.next()).isPresent(); ) {
            entries.add(entry.get());
        }
        return entries;
    }

    private static void assertRefused(byte[] tar, String message) {
        assertThatThrownBy(() -> read(tar)).isInstanceOf(LayerException.class).hasMessageContaining(message);
    }

    /** Every kind of entry, with what needs PAX. */
    private static List<TarEntry> manyKinds() {
        byte[] binary = new byte[256];
        for (int i = 0; i < binary.length; i++) {
            binary[i] = (byte) i;
        }
        SortedMap<ByteString, byte[]> xattrs = new TreeMap<>();
        xattrs.put(name("security.capability"), new byte[] {1, 0, 0, 2, (byte) 0x80, (byte) 0xFF, 0, 0});
        xattrs.put(name("user.empty"), new byte[0]);
        xattrs.put(ByteString.copyOf(new byte[] {'u', 's', 'e', 'r', '.', (byte) 0xE9}), binary);
        ByteString odd = ByteString.copyOf(new byte[] {'o', (byte) 0xFF, (byte) 0x80, '\n', 'x'});
        return List.of(
                TarEntry.directory(name("d"), 01777)
                        .withOwner(4_294_967_294L, 2_097_152)
                        .withMtime(-5, 0),
                TarEntry.file(name("d/f"), 04755, 3).withXattrs(xattrs).withMtime(1_700_000_000L, 123_000_000),
                TarEntry.file(odd, 0644, 0).withMtime(-2, 500_000_000),
                TarEntry.file(name("long/" + "x".repeat(200)), 0644, 513),
                TarEntry.file(name("p".repeat(120) + "/" + "n".repeat(90)), 0644, 512),
                TarEntry.symlink(name("s"), name("../" + "t".repeat(300))),
                TarEntry.hardlink(name("h"), name("d/f")),
                TarEntry.device(TarType.CHARACTER_DEVICE, name("null"), 0666, 1, 3),
                TarEntry.device(TarType.BLOCK_DEVICE, name("sda"), 0660, 4_095, 1_048_575),
                TarEntry.fifo(name("pipe"), 0600),
                TarEntry.directory(name("deep/" + "é".repeat(50)), 0700).withMtime(1L << 40, 1));
    }

    private static byte[] written(List<TarEntry> entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(out)) {
            for (TarEntry entry : entries) {
                writer.entry(entry);
                writer.write(new byte[(int) entry.size()], 0, (int) entry.size());
            }
        }
        return out.toByteArray();
    }

    private static void assertSame(List<TarEntry> actual, List<TarEntry> expected) {
        assertThat(actual)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("xattrs")
                .isEqualTo(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i).xattrs().keySet())
                    .isEqualTo(expected.get(i).xattrs().keySet());
            for (ByteString key : expected.get(i).xattrs().keySet()) {
                assertThat(actual.get(i).xattrs().get(key))
                        .isEqualTo(expected.get(i).xattrs().get(key));
            }
        }
    }

    @Test
    void whatIsWrittenIsReadToTheLastByteAndWrittenAgainTheSame() throws IOException {
        byte[] tar = written(manyKinds());
        List<TarEntry> entries = read(tar);
        assertSame(entries, manyKinds());
        assertThat(written(entries)).isEqualTo(tar);
    }

    @Test
    void gnuTarReadsWhatIsWrittenAndIsReadInEachOfItsFormats(@TempDir Path folder) throws Exception {
        Files.createDirectory(folder.resolve("in"));
        String longName = "in/" + "l".repeat(150);
        Files.writeString(folder.resolve(longName), "long");
        Files.createSymbolicLink(folder.resolve("in/link"), Path.of("t".repeat(150)));
        for (String format : List.of("gnu", "posix", "oldgnu")) {
            run(folder, "tar", "--format=" + format, "-cf", format + ".tar", "in");
            List<TarEntry> entries = read(Files.readAllBytes(folder.resolve(format + ".tar")));
            assertThat(entries).extracting(TarEntry::name).contains(name("in"), name(longName), name("in/link"));
            assertThat(entries)
                    .filteredOn(entry -> entry.type() == TarType.SYMLINK)
                    .extracting(TarEntry::link)
                    .containsExactly(name("t".repeat(150)));
        }
        Files.write(folder.resolve("ours.tar"), written(manyKinds()));
        assertThat(run(folder, "tar", "-tf", "ours.tar").lines())
                .hasSize(manyKinds().size());
    }

    private static String run(Path folder, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void contentIsThatOfItsEntryAndKnowsItsPlace() throws IOException {
        byte[] tar = new TarBytes().file("a", "first").file("b", "second").bytes();
        TarReader reader = new TarReader(new ByteArrayInputStream(tar), LayerLimits.DEFAULT);
        reader.next();
        reader.next();
        assertThat(new String(tar, (int) reader.contentOffset(), 6, StandardCharsets.UTF_8))
                .isEqualTo("second");
        assertThat(reader.content().readAllBytes()).isEqualTo("second".getBytes());
        assertThat(reader.content().read()).isEqualTo(-1);
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void gnusNamesAndBase256NumbersAreRead() throws IOException {
        byte[] target = ("t".repeat(120) + "\0").getBytes(StandardCharsets.UTF_8);
        byte[] longName = ("n".repeat(130) + "\0").getBytes(StandardCharsets.UTF_8);
        byte[] size = new byte[12];
        size[0] = (byte) 0x80;
        size[11] = 5;
        byte[] tar = new TarBytes()
                .raw("././@LongLink", 'K', target)
                .raw("././@LongLink", 'L', longName)
                .raw("short", '2', new byte[0])
                .raw("big", '0', new String(size, StandardCharsets.ISO_8859_1), "12345".getBytes())
                .bytes();
        List<TarEntry> entries = read(tar);
        assertThat(entries.get(0).name()).isEqualTo(name("n".repeat(130)));
        assertThat(entries.get(0).link()).isEqualTo(name("t".repeat(120)));
        assertThat(entries.get(1).size()).isEqualTo(5);
        assertThat(entries.get(1).name()).isEqualTo(name("big"));
    }

    @Test
    void aGlobalHeaderChangesNothing() throws IOException {
        byte[] tar = new TarBytes()
                .raw("pax_global_header", 'g', TarBytes.paxRecord("path", "elsewhere".getBytes()))
                .file("here", "x")
                .bytes();
        assertThat(read(tar)).extracting(TarEntry::name).containsExactly(name("here"));
    }

    @Test
    void anEmptyRecordLeavesTheHeadersField() throws IOException {
        byte[] tar = new TarBytes().pax("path", new byte[0]).file("here", "x").bytes();
        assertThat(read(tar)).extracting(TarEntry::name).containsExactly(name("here"));
    }

    @Test
    void aTarMayEndWithoutZerosButNotWithinAnEntry() throws IOException {
        byte[] tar = new TarBytes().file("a", "content").unfinished();
        assertThat(read(tar)).hasSize(1);
        for (int length : new int[] {100, 511, 513, 600, 1023}) {
            assertRefused(Arrays.copyOf(tar, length), "ends within an entry");
        }
    }

    @Test
    void damageIsRefused() {
        byte[] tar = new TarBytes().file("a", "content").bytes();
        tar[3] ^= 1;
        assertRefused(tar, "wrong checksum");
        assertRefused(new TarBytes().raw("a", '0', "0000000008x", new byte[0]).bytes(), "no octal number");
        assertRefused(new TarBytes().raw("a", 'x', "nonsense".getBytes()).bytes(), "does not begin with its length");
        assertRefused(new TarBytes().raw("a", 'x', "99 path=x\n".getBytes()).bytes(), "length that it says");
        assertRefused(new TarBytes().raw("a", 'x', "9 pathxxx\n".getBytes()).bytes(), "length that it says");
        assertRefused(new TarBytes().raw("a", 'x', "8 path\n\n".getBytes()).bytes(), "equals sign");
        assertRefused(
                new TarBytes()
                        .pax("path", new byte[] {'a', 0, 'b'})
                        .file("a", "")
                        .bytes(),
                "NUL byte");
        assertRefused(
                new TarBytes().pax("uid", "4294967295".getBytes()).file("a", "").bytes(), "no user or group");
        assertRefused(new TarBytes().pax("size", "-1".getBytes()).file("a", "").bytes(), "size of -1");
        assertRefused(new TarBytes().raw("volume", 'V', new byte[0]).bytes(), "type V");
        assertRefused(new TarBytes().raw("", '0', new byte[0]).bytes(), "empty name");
    }

    @Test
    void sparseFilesAreRefusedWithTheirName() {
        assertRefused(new TarBytes().raw("holes", 'S', new byte[0]).bytes(), "entry holes is sparse");
        assertRefused(
                new TarBytes()
                        .pax("GNU.sparse.map", "0,1".getBytes())
                        .file("holes", "")
                        .bytes(),
                "sparse entries");
    }

    @Test
    void aHeaderLargerThanTheLimitIsRefusedUnread() {
        InputStream endless = new InputStream() {
            private final byte[] head =
                    new TarBytes().raw("x", 'x', "77777777777", new byte[0]).unfinished();
            private long at;

            @Override
            public int read() {
                assertThat(at).as("bytes read").isLessThan(10_000);
                return at < head.length ? head[(int) at++] & 0xFF : 'x' + 0 * (int) at++;
            }
        };
        assertThatThrownBy(() -> new TarReader(endless, LayerLimits.DEFAULT).next())
                .isInstanceOf(LayerException.class)
                .hasMessageContaining("the limit is 1048576");
    }

    @Test
    void aTimeOfAMillionDigitsIsRefused() {
        byte[] digits = "9".repeat(1_000_000).getBytes();
        assertRefused(new TarBytes().pax("mtime", digits).file("a", "").bytes(), "mtime has more than 64 characters");
        assertRefused(
                new TarBytes().pax("mtime", "1.x".getBytes()).file("a", "").bytes(), "decimal fraction");
        assertRefused(new TarBytes().pax("size", digits).file("a", "").bytes(), "at most 18 digits");
    }

    @Test
    void moreEntriesOrLongerNamesThanTheLimitsAreRefused() {
        byte[] tar = new TarBytes().file("a", "").file("b", "").file("c", "").bytes();
        assertThatThrownBy(() -> read(tar, LayerLimits.DEFAULT.withEntries(2)))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining("more entries than the limit of 2");
        byte[] deep = new TarBytes().file("d/".repeat(2_048) + "f", "").bytes();
        assertRefused(deep, "the limit is 4095");
    }

    @Test
    void aWriterRefusesContentThatDoesNotFitItsEntry() throws IOException {
        TarWriter writer = new TarWriter(new ByteArrayOutputStream());
        writer.entry(TarEntry.file(name("a"), 0644, 3));
        assertThatThrownBy(() -> writer.write(new byte[4], 0, 4)).isInstanceOf(IOException.class);
        writer.write(new byte[2], 0, 2);
        assertThatThrownBy(() -> writer.entry(TarEntry.file(name("b"), 0644, 0)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("1 bytes of content are missing");
    }
}
