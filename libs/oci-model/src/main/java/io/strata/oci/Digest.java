package io.strata.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * A content digest, {@code sha256:<64 lower case hex>} or {@code sha512:<128>} (image-spec, descriptor.md, "Digests").
 * Anything else is refused when it is parsed, so that a digest is safe as a path element and as an S3 key.
 */
public record Digest(String algorithm, String hex) implements Comparable<Digest> {
    public static final String SHA256 = "sha256";
    public static final String SHA512 = "sha512";

    /** The diffID of the empty tar (1,024 zero bytes), which is history's {@code empty_layer} and no layer. */
    public static final Digest EMPTY_TAR =
            new Digest(SHA256, "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef");

    public Digest {
        int length =
                switch (algorithm) {
                    case SHA256 -> 64;
                    case SHA512 -> 128;
                    default ->
                        throw new InvalidDigestException(
                                algorithm + ":" + hex, "the algorithm is not sha256 or sha512");
                };
        if (hex.length() != length || !isLowerHex(hex)) {
            throw new InvalidDigestException(
                    algorithm + ":" + hex, "the encoded part is not " + length + " lower case hexadecimal digits");
        }
    }

    /** @throws InvalidDigestException when {@code text} is not a digest that the spec registers */
    @JsonCreator
    public static Digest parse(String text) {
        int colon = text == null ? -1 : text.indexOf(':');
        if (colon < 0) {
            throw new InvalidDigestException(String.valueOf(text), "there is no algorithm before a colon");
        }
        return new Digest(text.substring(0, colon), text.substring(colon + 1));
    }

    public static Optional<Digest> tryParse(String text) {
        try {
            return Optional.of(parse(text));
        } catch (InvalidDigestException notADigest) {
            return Optional.empty();
        }
    }

    public static Digest sha256(byte[] content) {
        return finish(SHA256, messageDigest(SHA256), content);
    }

    public static Digest of(String algorithm, byte[] content) {
        return finish(algorithm, messageDigest(algorithm), content);
    }

    /** Ends {@code running}, which must have been made by {@link #messageDigest} for the same algorithm. */
    public static Digest finish(String algorithm, MessageDigest running) {
        return new Digest(algorithm, HexFormat.of().formatHex(running.digest()));
    }

    private static Digest finish(String algorithm, MessageDigest running, byte[] content) {
        running.update(content);
        return finish(algorithm, running);
    }

    /** A fresh hash for {@code sha256} or {@code sha512}. */
    public static MessageDigest messageDigest(String algorithm) {
        String name =
                switch (algorithm) {
                    case SHA256 -> "SHA-256";
                    case SHA512 -> "SHA-512";
                    default -> throw new InvalidDigestException(algorithm, "the algorithm is not sha256 or sha512");
                };
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(name.toUpperCase(Locale.ROOT) + " is required of every Java platform", e);
        }
    }

    public MessageDigest newMessageDigest() {
        return messageDigest(algorithm);
    }

    /** The first 12 digits, as Docker's progress lines and short ids show them. */
    public String shortHex() {
        return hex.substring(0, 12);
    }

    private static boolean isLowerHex(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
    }

    @JsonValue
    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }

    @Override
    public int compareTo(Digest other) {
        return toString().compareTo(other.toString());
    }
}
