package io.strata.commit.image;

import io.strata.commit.errors.CommitException.InvalidInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Words as a Dockerfile has them: quotes, backslashes and variables (BuildKit, {@code frontend/dockerfile/parser/line_parsers.go} and
 * {@code shell/lex.go}).
 */
final class Words {
    private Words() {}

    /** Splits at white space that is neither quoted nor escaped; quotes and backslashes stay. */
    static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        boolean inWord = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == 0 && Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
                continue;
            }
            inWord = true;
            word.append(c);
            if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }

    /** {@code name=value …}, or {@code name the rest}; quotes, backslashes and variables stay. */
    static Map<String, String> pairs(String instruction, String text) {
        List<String> words = split(text);
        if (words.isEmpty()) {
            throw new InvalidInput(instruction + " requires at least one argument");
        }
        Map<String, String> pairs = new LinkedHashMap<>();
        if (words.getFirst().indexOf('=') < 0) {
            String rest = text.strip().substring(words.getFirst().length()).strip();
            if (rest.isEmpty()) {
                throw new InvalidInput(instruction + " must have two arguments");
            }
            pairs.put(words.getFirst(), rest);
            return pairs;
        }
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                throw new InvalidInput(
                        "Syntax error - can't find = in \"" + word + "\". Must be of the form: name=value");
            }
            if (equals == 0) {
                throw new InvalidInput(instruction + " names can not be blank");
            }
            pairs.put(word.substring(0, equals), word.substring(equals + 1));
        }
        return pairs;
    }

    /**
     * Takes quotes and backslashes away and puts variables in; {@code variables} gives null for one that is not set.
     *
     * @throws InvalidInput for a quote or a brace that is not closed, or a modifier that Docker does not know
     */
    static String expand(String word, UnaryOperator<String> variables) {
        return new Expansion(word, variables).run();
    }

    private static final class Expansion {
        private final String text;
        private final UnaryOperator<String> variables;
        private final StringBuilder out = new StringBuilder();
        private int at;

        Expansion(String text, UnaryOperator<String> variables) {
            this.text = text;
            this.variables = variables;
        }

        String run() {
            while (at < text.length()) {
                char c = text.charAt(at);
                switch (c) {
                    case '\'' -> single();
                    case '"' -> quoted();
                    case '$' -> out.append(variable());
                    case '\\' -> {
                        if (at + 1 < text.length()) {
                            out.append(text.charAt(at + 1));
                        }
                        at += 2;
                    }
                    default -> {
                        out.append(c);
                        at++;
                    }
                }
            }
            return out.toString();
        }

        private void single() {
            int end = text.indexOf('\'', at + 1);
            if (end < 0) {
                throw new InvalidInput("unexpected end of statement while looking for matching single-quote");
            }
            out.append(text, at + 1, end);
            at = end + 1;
        }

        private void quoted() {
            at++;
            while (at < text.length() && text.charAt(at) != '"') {
                char c = text.charAt(at);
                if (c == '$') {
                    out.append(variable());
                } else if (c == '\\' && at + 1 < text.length() && "\"$\\".indexOf(text.charAt(at + 1)) >= 0) {
                    out.append(text.charAt(at + 1));
                    at += 2;
                } else {
                    out.append(c);
                    at++;
                }
            }
            if (at == text.length()) {
                throw new InvalidInput("unexpected end of statement while looking for matching double-quote");
            }
            at++;
        }

        private String variable() {
            at++;
            if (at < text.length() && text.charAt(at) == '{') {
                return braced();
            }
            String name = name();
            return name.isEmpty() ? "$" : value(name);
        }

        private String braced() {
            int end = text.indexOf('}', at);
            if (end < 0) {
                throw new InvalidInput("syntax error: missing '}' in " + text);
            }
            at++;
            String name = name();
            String modifier = text.substring(at, end);
            at = end + 1;
            if (name.isEmpty()) {
                throw new InvalidInput("syntax error: bad substitution in " + text);
            }
            String value = value(name);
            if (modifier.isEmpty()) {
                return value;
            }
            if (modifier.startsWith(":-")) {
                return value.isEmpty() ? expand(modifier.substring(2), variables) : value;
            }
            if (modifier.startsWith(":+")) {
                return value.isEmpty() ? "" : expand(modifier.substring(2), variables);
            }
            throw new InvalidInput("unsupported modifier (" + modifier + ") in substitution");
        }

        private String name() {
            int begin = at;
            while (at < text.length() && isOfName(text.charAt(at), at == begin)) {
                at++;
            }
            return text.substring(begin, at);
        }

        private static boolean isOfName(char c, boolean first) {
            return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || !first && c >= '0' && c <= '9';
        }

        private String value(String name) {
            String value = variables.apply(name);
            return value == null ? "" : value;
        }
    }
}
