package io.strata.gateway.upstream;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.strata.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * What a caller brings in {@code X-Registry-Auth} (moby, {@code registry.AuthConfig}): a name and password, an identity token to be
 * changed for access tokens, or an access token itself. Never stored, never logged: {@link #toString} hides it.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Credentials(
        String username,
        String password,
        String auth,
        String serveraddress,
        String identitytoken,
        String registrytoken) {
    public static final Credentials NONE = new Credentials(null, null, null, null, null, null);

    private static final int MAX_HEADER = 64 << 10;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public static Credentials of(String username, String password) {
        return new Credentials(username, password, null, null, null, null);
    }

    /**
     * Reads the header: base64url of JSON, {@code e30=} when anonymous. Missing or empty is {@link #NONE}.
     *
     * @throws IllegalArgumentException when it is neither
     */
    public static Credentials fromHeader(String header) {
        if (header == null || header.isBlank() || header.equals("null")) {
            return NONE;
        }
        if (header.length() > MAX_HEADER) {
            throw invalid("more than " + MAX_HEADER + " characters");
        }
        byte[] json;
        try {
            json = Base64.getUrlDecoder().decode(header.trim().replace('+', '-').replace('/', '_'));
        } catch (IllegalArgumentException e) {
            throw invalid("not base64url");
        }
        return fromJson(json);
    }

    /** @throws IllegalArgumentException when this is no JSON object of an AuthConfig; its content is not repeated */
    public static Credentials fromJson(byte[] json) {
        try {
            Credentials read = JSON.readValue(json, Credentials.class);
            return read == null ? NONE : read.withAuthSplit();
        } catch (JsonProcessingException e) {
            throw invalid("not the JSON of an AuthConfig");
        } catch (IOException e) {
            throw invalid("not JSON");
        }
    }

    private Credentials withAuthSplit() {
        if (auth == null || auth.isEmpty() || has(username)) {
            return this;
        }
        try {
            String pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0
                    ? this
                    : new Credentials(
                            pair.substring(0, colon),
                            pair.substring(colon + 1),
                            null,
                            serveraddress,
                            identitytoken,
                            registrytoken);
        } catch (IllegalArgumentException e) {
            throw invalid("its auth is not base64");
        }
    }

    private static IllegalArgumentException invalid(String why) {
        return new IllegalArgumentException("invalid X-Registry-Auth header: " + why);
    }

    private static boolean has(String text) {
        return text != null && !text.isEmpty();
    }

    public boolean anonymous() {
        return !has(username) && !has(identitytoken) && !has(registrytoken);
    }

    /** {@code Basic …}, when there is a name. */
    Optional<String> basic() {
        if (!has(username)) {
            return Optional.empty();
        }
        String pair = username + ":" + (password == null ? "" : password);
        return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    Optional<String> identityToken() {
        return has(identitytoken) ? Optional.of(identitytoken) : Optional.empty();
    }

    Optional<String> registryToken() {
        return has(registrytoken) ? Optional.of(registrytoken) : Optional.empty();
    }

    /** Tells two callers apart in a cache without keeping their secrets in its keys. */
    String fingerprint() {
        String all = username + "\0" + password + "\0" + identitytoken + "\0" + registrytoken;
        return Digest.sha256(all.getBytes(StandardCharsets.UTF_8)).hex();
    }

    @Override
    public String toString() {
        return anonymous() ? "Credentials[none]" : "Credentials[hidden]";
    }
}
