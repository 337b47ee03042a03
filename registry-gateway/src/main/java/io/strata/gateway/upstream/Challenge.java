package io.strata.gateway.upstream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One challenge of a {@code WWW-Authenticate} header (RFC 9110, 11.6.1). Scheme and parameter names are lower case. */
record Challenge(String scheme, Map<String, String> parameters) {
    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** Reads all challenges of all header lines; what cannot be read is left out. */
    static List<Challenge> parse(List<String> headers) {
        List<Challenge> found = new ArrayList<>();
        headers.forEach(header -> new Reader(header).read(found));
        return found;
    }

    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        void read(List<Challenge> into) {
            while (true) {
                skip(" \t,");
                String scheme = token();
                if (scheme.isEmpty()) {
                    return;
                }
                Map<String, String> parameters = new HashMap<>();
                while (parameter(parameters)) {
                    skip(" \t");
                    if (at < text.length() && text.charAt(at) == ',') {
                        at++;
                    }
                }
                into.add(new Challenge(scheme.toLowerCase(Locale.ROOT), Map.copyOf(parameters)));
            }
        }

        /** Takes {@code name=value}; false, and nothing taken, when what follows is another scheme or the end. */
        private boolean parameter(Map<String, String> into) {
            int start = at;
            skip(" \t,");
            String name = token();
            skip(" \t");
            if (name.isEmpty() || at >= text.length() || text.charAt(at) != '=') {
                at = start;
                return false;
            }
            at++;
            skip(" \t");
            into.putIfAbsent(name.toLowerCase(Locale.ROOT), value());
            return true;
        }

        private String value() {
            if (at >= text.length() || text.charAt(at) != '"') {
                return token();
            }
            at++;
            StringBuilder value = new StringBuilder();
            while (at < text.length() && text.charAt(at) != '"') {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at++));
            }
            at = Math.min(at + 1, text.length());
            return value.toString();
        }

        private String token() {
            int start = at;
            while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at);
        }

        private void skip(String these) {
            while (at < text.length() && these.indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }
    }
}
