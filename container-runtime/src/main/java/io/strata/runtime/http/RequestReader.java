package io.strata.runtime.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Reads a request's head, strictly (RFC 9112): whatever two readers could understand differently (both length fields, a
 * folded line, a space before the colon, a lone CR) is refused, so that no request hides in another.
 */
final class RequestReader {
    /** Filters and build arguments travel in the query. */
    static final int MAX_LINE = 64 << 10;

    /** X-Registry-Config carries a credential for each registry. */
    static final int MAX_HEAD = 256 << 10;

    static final int MAX_FIELDS = 128;

    private final ConnectionInput input;
    private int headBytes;

    RequestReader(ConnectionInput input) {
        this.input = input;
    }

    /**
     * @param sendContinue called when the body is first read, if the client waits for that (Expect: 100-continue)
     * @return empty when the client ended the connection between requests
     */
    Optional<Request> read(ContinueSender sendContinue) throws IOException {
        headBytes = 0;
        Optional<String> first = firstLine();
        if (first.isEmpty()) {
            return Optional.empty();
        }
        String[] words = first.get().split(" ", -1);
        if (words.length != 3 || !isToken(words[0])) {
            throw MalformedRequestException.bad("malformed request line");
        }
        boolean http10 = words[2].equals("HTTP/1.0");
        if (!http10 && !words[2].equals("HTTP/1.1")) {
            throw words[2].startsWith("HTTP/")
                    ? new MalformedRequestException(505, "only HTTP/1.1 is spoken here, not " + shown(words[2]))
                    : MalformedRequestException.bad("malformed request line");
        }
        Headers headers = headers();
        if (headers.all("Host").size() > 1 || !http10 && headers.first("Host").isEmpty()) {
            throw MalformedRequestException.bad("a request has exactly one Host header");
        }
        String target = target(words[1]);
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? "" : target.substring(question + 1);
        return Optional.of(new Request(words[0], path, query, http10, headers, body(headers, http10, sendContinue)));
    }

    private InputStream body(Headers headers, boolean http10, ContinueSender sendContinue) throws IOException {
        List<String> lengths = headers.all("Content-Length");
        List<String> codings = headers.all("Transfer-Encoding");
        if (!codings.isEmpty() && !lengths.isEmpty()) {
            throw MalformedRequestException.bad("both Content-Length and Transfer-Encoding");
        }
        ContinueSender awaited = headers.has("Expect", "100-continue") && !http10 ? sendContinue : () -> {};
        if (!codings.isEmpty()) {
            if (http10 || codings.size() != 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
                throw new MalformedRequestException(
                        501, "Transfer-Encoding " + shown(String.join(",", codings)) + " is not chunked");
            }
            return new ChunkedBody(input, awaited);
        }
        if (lengths.isEmpty()) {
            return new FixedBody(input, 0, () -> {});
        }
        String length = lengths.getFirst();
        if (lengths.size() > 1 || length.isEmpty() || length.length() > 18 || !isDigits(length)) {
            throw MalformedRequestException.bad("malformed Content-Length " + shown(String.join(",", lengths)));
        }
        long bytes = Long.parseLong(length);
        return new FixedBody(input, bytes, bytes == 0 ? () -> {} : awaited);
    }

    private static String target(String raw) throws MalformedRequestException {
        String target = raw;
        if (raw.startsWith("http://")) {
            int slash = raw.indexOf('/', 7);
            target = slash < 0 ? "/" : raw.substring(slash);
        }
        if (!target.startsWith("/") || target.indexOf('#') >= 0) {
            throw MalformedRequestException.bad("malformed request target " + shown(raw));
        }
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) <= ' ' || target.charAt(i) >= 0x7f) {
                throw MalformedRequestException.bad("malformed request target " + shown(raw));
            }
        }
        return target;
    }

    private Headers headers() throws IOException {
        Headers headers = new Headers();
        while (true) {
            String line = line().orElseThrow(() -> MalformedRequestException.bad("the request's head is cut"));
            if (line.isEmpty()) {
                return headers;
            }
            if (headers.size() == MAX_FIELDS) {
                throw new MalformedRequestException(431, "more than " + MAX_FIELDS + " header fields");
            }
            int colon = line.indexOf(':');
            if (colon <= 0 || !isToken(line.substring(0, colon))) {
                throw MalformedRequestException.bad("malformed header line " + shown(line));
            }
            String value = line.substring(colon + 1).strip();
            for (int i = 0; i < value.length(); i++) {
                if (value.charAt(i) < ' ' && value.charAt(i) != '\t' || value.charAt(i) == 0x7f) {
                    throw MalformedRequestException.bad("malformed header line " + shown(line));
                }
            }
            headers.add(line.substring(0, colon), value);
        }
    }

    /** Empty lines before a request are skipped (RFC 9112, section 2.2), a few of them. */
    private Optional<String> firstLine() throws IOException {
        for (int i = 0; i < 4; i++) {
            Optional<String> line = line();
            if (line.isEmpty() || !line.get().isEmpty()) {
                return line;
            }
        }
        throw MalformedRequestException.bad("malformed request line");
    }

    private Optional<String> line() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        while (true) {
            int b = input.read();
            if (b < 0) {
                if (bytes.size() == 0) {
                    return Optional.empty();
                }
                throw MalformedRequestException.bad("the request's head is cut");
            }
            if (b == '\r') {
                if (input.read() != '\n') {
                    throw MalformedRequestException.bad("a carriage return without a line feed");
                }
                return Optional.of(bytes.toString(StandardCharsets.ISO_8859_1));
            }
            if (b == '\n') {
                throw MalformedRequestException.bad("a line feed without a carriage return");
            }
            if (bytes.size() == MAX_LINE || ++headBytes > MAX_HEAD) {
                throw new MalformedRequestException(
                        431, "the request's head is larger than " + MAX_HEAD + " bytes, or a line than " + MAX_LINE);
            }
            bytes.write(b);
        }
    }

    private static boolean isToken(String text) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(c -> c >= '0' && c <= '9'
                                || c >= 'a' && c <= 'z'
                                || c >= 'A' && c <= 'Z'
                                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
    }

    private static boolean isDigits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** For a message: nothing that a terminal would obey, and not much of it. */
    private static String shown(String text) {
        String clean = text.replaceAll("[^\\x20-\\x7e]", "?");
        return "\"" + (clean.length() <= 100 ? clean : clean.substring(0, 100) + "…") + "\"";
    }

    /** Sends the interim answer that lets the client send its body. */
    @FunctionalInterface
    interface ContinueSender {
        void send() throws IOException;
    }
}
