package io.strata.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Draws who shares what: a row a layer, a column an image, and the containers under their image. Asked of the services'
 * REST ({@code GET /images}, {@code /layers}, {@code /containers}); the demo ends with it.
 */
public final class Picture {
    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, String> addresses = new HashMap<>();

    private Picture(String[] args) {
        for (int i = 0; i + 1 < args.length; i += 2) {
            addresses.put(args[i].substring(2), args[i + 1]);
        }
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 6) {
            System.err.println(
                    "usage: io.strata.local.Picture --layer-store URL --registry-gateway URL --container-runtime URL");
            System.exit(64);
        }
        new Picture(args).draw();
    }

    private void draw() throws IOException, InterruptedException {
        Map<String, List<String>> images = new LinkedHashMap<>();
        Map<String, String> nameOfImage = new HashMap<>();
        for (JsonNode image : get("registry-gateway", "/images")) {
            String name = image.path("names").isEmpty()
                    ? "<none>"
                    : familiar(image.path("names").get(0).asText());
            List<String> layers = new ArrayList<>();
            image.path("layers")
                    .forEach(layer -> layers.add(layer.path("diffId").asText()));
            images.put(name, layers);
            nameOfImage.put(image.path("imageId").asText(), name);
        }
        Map<String, JsonNode> facts = new LinkedHashMap<>();
        get("layer-store", "/layers")
                .forEach(layer -> facts.put(layer.path("diffId").asText(), layer));

        List<String> names = new ArrayList<>(images.keySet());
        System.out.println("  LAYER         UNPACKED  FILES   IMAGES");
        for (Map.Entry<String, JsonNode> layer : facts.entrySet()) {
            List<String> users = names.stream()
                    .filter(name -> images.get(name).contains(layer.getKey()))
                    .toList();
            if (!users.isEmpty()) {
                System.out.printf(
                        "  %s %6d MB %6d   %s%n",
                        layer.getKey().substring(7, 19),
                        layer.getValue().path("unpackedSize").asLong() / 1_000_000,
                        layer.getValue().path("files").asLong(),
                        row(names, users));
            }
        }
        System.out.println();
        for (int i = 0; i < names.size(); i++) {
            System.out.printf("  %34s%s└─ %s%n", "", "│ ".repeat(i), names.get(i));
        }
        System.out.println();
        for (JsonNode container : get("container-runtime", "/containers")) {
            System.out.printf(
                    "  container %-12s %-8s a writable layer on %s%n",
                    container.path("name").asText().replaceFirst("^/", ""),
                    container.path("state").asText(),
                    nameOfImage.getOrDefault(
                            container.path("imageId").asText(),
                            container.path("image").asText()));
        }
    }

    private static String row(List<String> names, List<String> users) {
        StringBuilder row = new StringBuilder();
        for (String name : names) {
            row.append(users.contains(name) ? "■ " : "· ");
        }
        return row + (users.size() > 1 ? " shared by " + users.size() : "");
    }

    private static String familiar(String name) {
        return name.replaceFirst("^docker\\.io/(library/)?", "");
    }

    private JsonNode get(String service, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(addresses.get(service) + path))
                .header("Accept", "application/json")
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IOException("GET " + path + " of " + service + " answered " + answer.statusCode());
            }
            JsonNode body = json.readTree(answer.body());
            return body.isArray()
                    ? body
                    : body.elements().hasNext() ? body.elements().next() : body;
        }
    }
}
