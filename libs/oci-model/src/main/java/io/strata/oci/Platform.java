package io.strata.oci;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** An operating system and an architecture in Go's words (image-spec, image-index.md). */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Platform(
        String architecture,
        String os,
        String variant,
        @JsonProperty("os.version") String osVersion) {
    public static Platform of(String os, String architecture) {
        return new Platform(architecture, os, null, null);
    }

    /** The platform of the machine that this runs on. */
    public static Platform current() {
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return switch (arch) {
            case "amd64", "x86_64" -> of("linux", "amd64");
            case "aarch64" -> new Platform("arm64", "linux", "v8", null);
            default -> of("linux", arch);
        };
    }

    /** {@code os/arch[/variant]}, as {@code docker pull --platform} takes it. */
    public static Platform parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length < 1 || parts.length > 3 || parts[0].isEmpty()) {
            throw new InvalidReferenceException("\"" + text + "\" is an invalid platform: use os[/arch[/variant]]");
        }
        String arch = parts.length > 1 ? parts[1] : current().architecture();
        return new Platform(arch, parts[0], parts.length > 2 ? parts[2] : null, null);
    }

    /** Whether an image for {@code this} runs where {@code wanted} is asked for; a variant that is not named fits any. */
    public boolean fits(Platform wanted) {
        return wanted.os.equals(os)
                && wanted.architecture.equals(architecture)
                && (wanted.variant == null || variant == null || wanted.variant.equals(variant));
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant == null ? "" : "/" + variant);
    }
}
