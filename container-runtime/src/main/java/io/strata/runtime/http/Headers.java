package io.strata.runtime.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Header fields in their order; names are compared without regard to case (RFC 9110, section 5.1). */
public final class Headers {
    /** One field as it was sent, or is to be sent. */
    public record Field(String name, String value) {}

    private final List<Field> fields = new ArrayList<>();

    public static Headers of(String... namesAndValues) {
        Headers headers = new Headers();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    /** @throws IllegalArgumentException when {@code value} would end the line: nobody splits our responses */
    public Headers add(String name, String value) {
        if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0 || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the value of header " + name + " has a line end");
        }
        fields.add(new Field(name, value));
        return this;
    }

    /** The first value of that name. */
    public Optional<String> first(String name) {
        return fields.stream()
                .filter(f -> f.name().equalsIgnoreCase(name))
                .map(Field::value)
                .findFirst();
    }

    public List<String> all(String name) {
        return fields.stream()
                .filter(f -> f.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    /** Whether one of the comma separated members of that field is {@code token}, e.g. {@code Connection: Upgrade}. */
    public boolean has(String name, String token) {
        return all(name).stream()
                .flatMap(value -> List.of(value.split(",")).stream())
                .anyMatch(member -> member.strip().toLowerCase(Locale.ROOT).equals(token.toLowerCase(Locale.ROOT)));
    }

    public List<Field> fields() {
        return List.copyOf(fields);
    }

    int size() {
        return fields.size();
    }
}
