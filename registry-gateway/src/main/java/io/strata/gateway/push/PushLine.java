package io.strata.gateway.push;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.strata.oci.Digest;
import java.util.Optional;

/** A line of a push as Docker writes it (moby, {@code pkg/jsonmessage}). */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PushLine(String status, Detail progressDetail, String id, ErrorDetail errorDetail, String error, Result aux) {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Detail(Long current, Long total) {
        static final Detail NONE = new Detail(null, null);
    }

    record ErrorDetail(String message) {}

    /** What was pushed; {@code size} is that of the manifest in bytes. */
    record Result(
            @JsonProperty("Tag") String tag,
            @JsonProperty("Digest") Digest digest,
            @JsonProperty("Size") long size) {}

    static PushLine status(String text) {
        return new PushLine(text, null, null, null, null, null);
    }

    /** @param diffId of the layer; its first 12 digits are what the client shows */
    static PushLine layer(String status, Digest diffId) {
        return new PushLine(status, Detail.NONE, diffId.shortHex(), null, null, null);
    }

    static PushLine progress(Digest diffId, long current, long total) {
        return new PushLine("Pushing", new Detail(current, total), diffId.shortHex(), null, null, null);
    }

    static PushLine result(Result pushed) {
        return new PushLine(null, Detail.NONE, null, null, null, pushed);
    }

    static PushLine error(Optional<String> message) {
        String text = message.orElse("the push failed");
        return new PushLine(null, null, null, new ErrorDetail(text), text, null);
    }
}
