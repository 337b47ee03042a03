package io.strata.runtime.layers;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.tar.TarEntry;
import io.strata.layerfs.tar.TarType;
import io.strata.layerfs.tar.TarWriter;
import io.strata.oci.Digest;
import io.strata.oci.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** A small layer made in code, byte for byte known. */
public final class TestLayer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarWriter tar = new TarWriter(bytes);

    public TestLayer directory(String name) throws IOException {
        tar.entry(TarEntry.directory(ByteString.of(name), 0755));
        return this;
    }

    public TestLayer file(String name, String content) throws IOException {
        return file(name, 0644, content.getBytes(StandardCharsets.UTF_8));
    }

    public TestLayer file(String name, int mode, byte[] content) throws IOException {
        tar.entry(TarEntry.file(ByteString.of(name), mode, content.length));
        tar.write(content, 0, content.length);
        return this;
    }

    public TestLayer symlink(String name, String target) throws IOException {
        tar.entry(TarEntry.symlink(ByteString.of(name), ByteString.of(target)));
        return this;
    }

    public TestLayer hardlink(String name, String target) throws IOException {
        tar.entry(TarEntry.hardlink(ByteString.of(name), ByteString.of(target)));
        return this;
    }

    public TestLayer device(String name, int major, int minor) throws IOException {
        tar.entry(TarEntry.device(TarType.CHARACTER_DEVICE, ByteString.of(name), 0600, major, minor));
        return this;
    }

    public TestLayer whiteout(String directory, String name) throws IOException {
        return file((directory.isEmpty() ? "" : directory + "/") + ".wh." + name, "");
    }

    public byte[] tar() throws IOException {
        tar.finish();
        return bytes.toByteArray();
    }

    public static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(content);
        }
        return compressed.toByteArray();
    }

    /** The layer of {@code tar}, distributed as {@code blob}. */
    public static NodeLayer of(byte[] tar, byte[] blob) {
        return new NodeLayer(Digest.sha256(blob), Digest.sha256(tar), MediaTypes.OCI_LAYER_GZIP, blob.length);
    }

    public static LayerMounts.Content content(byte[] blob) {
        return () -> new ByteArrayInputStream(blob);
    }
}
