package io.strata.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/events.md} has every event, under its topic, with an example that is what would be told. */
final class EventCatalogueTest {
    private static final Path PAGE = Path.of("../../docs/events.md");
    private static final Pattern HEADING = Pattern.compile("(?m)^(##|###) (\\S+)$");
    private static final Pattern EXAMPLE = Pattern.compile("```json\\n(.*?)\\n```", Pattern.DOTALL);

    private record Entry(String topic, String example) {}

    @Test
    void everyEventIsInTheCatalogueUnderItsTopicAsItIsTold() throws IOException {
        Map<String, Entry> catalogue = read(Files.readString(PAGE));
        assertThat(catalogue.keySet()).isEqualTo(EventJson.types().keySet());
        ObjectMapper json = new ObjectMapper();
        for (Map.Entry<String, Entry> entry : catalogue.entrySet()) {
            String example = entry.getValue().example();
            StrataEvent event = EventJson.read(entry.getKey(), example.getBytes(StandardCharsets.UTF_8))
                    .orElseThrow();
            assertThat(json.readTree(EventJson.write(event))).as(entry.getKey()).isEqualTo(json.readTree(example));
            assertThat(entry.getValue().topic())
                    .as(entry.getKey())
                    .isEqualTo(event.topic().topicName());
        }
    }

    private static Map<String, Entry> read(String page) {
        Map<String, Entry> catalogue = new TreeMap<>();
        Matcher heading = HEADING.matcher(page);
        Matcher example = EXAMPLE.matcher(page);
        String topic = "";
        while (heading.find()) {
            if (heading.group(1).equals("##")) {
                topic = heading.group(2);
                continue;
            }
            assertThat(example.find(heading.end()))
                    .as("an example of " + heading.group(2))
                    .isTrue();
            catalogue.put(EventJson.TYPE_PREFIX + heading.group(2), new Entry(topic, example.group(1)));
        }
        return catalogue;
    }
}
