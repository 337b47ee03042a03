package io.strata.system;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.strata.layerfs.ByteString;
import io.strata.layerfs.tar.TarEntry;
import io.strata.layerfs.tar.TarWriter;
import io.strata.oci.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An image made here, byte for byte known: uncompressed layers written as files, put to a registry by plain HTTP. */
final class SmallImage {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path folder;
    private final List<Path> layers = new ArrayList<>();
    private final List<Digest> diffIds = new ArrayList<>();

    SmallImage(Path folder) {
        this.folder = folder;
    }

    /** Writes the entries of one layer. */
    interface Content {
        void write(TarWriter tar) throws IOException;
    }

    SmallImage layer(Content content) throws IOException {
        Path file = folder.resolve("layer-" + layers.size() + ".tar");
        MessageDigest sha = Digest.messageDigest(Digest.SHA256);
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), sha);
                TarWriter tar = new TarWriter(out)) {
            content.write(tar);
            tar.finish();
        }
        layers.add(file);
        diffIds.add(Digest.finish(Digest.SHA256, sha));
        return this;
    }

    /** The layer that most begin with: busybox as {@code /bin/sh} and all its other names that are asked for. */
    SmallImage busybox(String... applets) throws IOException {
        return layer(tar -> {
            for (String directory : List.of("bin", "etc", "proc", "sys", "dev", "tmp", "root")) {
                tar.entry(TarEntry.directory(ByteString.of(directory), 0755));
            }
            Path program =
                    Path.of(Command.run("sh", "-c", "command -v busybox").out().strip());
            file(tar, "bin/busybox", 0755, Files.readAllBytes(program));
            for (String applet : applets) {
                tar.entry(TarEntry.symlink(ByteString.of("bin/" + applet), ByteString.of("busybox")));
            }
        });
    }

    static void file(TarWriter tar, String name, int mode, byte[] content) throws IOException {
        tar.entry(TarEntry.file(ByteString.of(name), mode, content.length));
        tar.write(content, 0, content.length);
    }

    static void file(TarWriter tar, String name, String content) throws IOException {
        file(tar, name, 0644, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Puts it to the registry at {@code address} as {@code repository:tag}. */
    void push(String address, String repository, String tag) throws IOException {
        List<Map<String, Object>> descriptors = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            put(address, repository, diffIds.get(i), BodyPublishers.ofFile(layers.get(i)));
            descriptors.add(
                    descriptor("application/vnd.oci.image.layer.v1.tar", diffIds.get(i), Files.size(layers.get(i))));
        }
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("architecture", io.strata.oci.Platform.current().architecture());
        config.put("os", "linux");
        config.put("config", Map.of("Cmd", List.of("sh"), "Env", List.of("PATH=/bin")));
        config.put(
                "rootfs",
                Map.of(
                        "type",
                        "layers",
                        "diff_ids",
                        diffIds.stream().map(Digest::toString).toList()));
        byte[] configBytes = JSON.writeValueAsBytes(config);
        Digest configDigest = Digest.sha256(configBytes);
        put(address, repository, configDigest, BodyPublishers.ofByteArray(configBytes));
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", "application/vnd.oci.image.manifest.v1+json");
        manifest.put(
                "config", descriptor("application/vnd.oci.image.config.v1+json", configDigest, configBytes.length));
        manifest.put("layers", descriptors);
        send(HttpRequest.newBuilder(URI.create(address + "/v2/" + repository + "/manifests/" + tag))
                .header("Content-Type", "application/vnd.oci.image.manifest.v1+json")
                .PUT(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(manifest)))
                .build());
    }

    private static Map<String, Object> descriptor(String mediaType, Digest digest, long size) {
        Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("mediaType", mediaType);
        descriptor.put("digest", digest.toString());
        descriptor.put("size", size);
        return descriptor;
    }

    private void put(String address, String repository, Digest digest, HttpRequest.BodyPublisher body)
            throws IOException {
        HttpResponse<String> opened =
                send(HttpRequest.newBuilder(URI.create(address + "/v2/" + repository + "/blobs/uploads/"))
                        .POST(BodyPublishers.noBody())
                        .build());
        String location = opened.headers().firstValue("Location").orElseThrow();
        URI upload = URI.create(address).resolve(location + (location.contains("?") ? "&" : "?") + "digest=" + digest);
        send(HttpRequest.newBuilder(upload)
                .header("Content-Type", "application/octet-stream")
                .PUT(body)
                .build());
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new IOException(request + " answered " + answer.statusCode() + ": " + answer.body());
            }
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Bytes that no compression shortens and that are the same each time. */
    static byte[] noise(int size, long seed) {
        byte[] bytes = new byte[size];
        new java.util.Random(seed).nextBytes(bytes);
        return bytes;
    }
}
