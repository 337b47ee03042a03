package io.strata.runtime.images;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.strata.oci.Digest;
import io.strata.runtime.routing.EngineJson;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Docker's progress of a pull: a JSON object a line, ended by CR LF (moby {@code pkg/streamformatter}). Thread safe. A
 * client that went is an {@link UncheckedIOException}.
 */
final class PullProgress {
    private final OutputStream out;

    PullProgress(OutputStream out) {
        this.out = out;
    }

    /** {@code progressDetail} is there, perhaps empty, on the lines of a layer, and null on the others. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Line(String status, Detail progressDetail, String id, ErrorDetail errorDetail, String error) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Detail(Long current, Long total) {
        static final Detail EMPTY = new Detail(null, null);
    }

    private record ErrorDetail(String message) {}

    /** A line of the whole pull. */
    void message(String status) {
        write(new Line(status, null, null, null, null));
    }

    /** A line with an id that is no layer's: {@code latest: Pulling from library/redis}. */
    void message(String id, String status) {
        write(new Line(status, null, id, null, null));
    }

    void layer(Digest layer, String status) {
        write(new Line(status, Detail.EMPTY, layer.shortHex(), null, null));
    }

    /** {@code current} of {@code total} bytes. */
    void layer(Digest layer, String status, long current, long total) {
        write(new Line(status, new Detail(current, total), layer.shortHex(), null, null));
    }

    /** The last line of a pull that failed; the status is on its way already. */
    void failed(String message) {
        write(new Line(null, null, null, new ErrorDetail(message), message));
    }

    private void write(Line line) {
        byte[] bytes = (EngineJson.text(line) + "\r\n").getBytes(StandardCharsets.UTF_8);
        try {
            synchronized (out) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the client went", e);
        }
    }
}
