package io.strata.local.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalS3Test {
    @TempDir
    Path home;

    @Test
    void answersStrangersWith403AndKeepsItsStateWhenItEndsOnSigterm() throws Exception {
        try (LocalS3 s3 = LocalS3.startKept(home);
                HttpClient http = HttpClient.newHttpClient()) {
            assertThat(Files.readString(home.resolve("ready"))).contains("pid=" + s3.pid(), "s3=" + s3.endpoint());
            Files.createDirectory(home.resolve("buckets/one"));
            var put = HttpRequest.newBuilder(s3.endpoint().resolve("/one/key"))
                    .PUT(HttpRequest.BodyPublishers.ofString("by nobody"))
                    .build();
            var answer = http.send(put, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(403);

            assertThatThrownBy(() -> LocalS3.startKept(home)).isInstanceOf(IOException.class);

            ProcessHandle child = ProcessHandle.of(s3.pid()).orElseThrow();
            assertThat(child.destroy()).isTrue();
            child.onExit().get(20, TimeUnit.SECONDS);
            assertThat(home.resolve("ready")).doesNotExist();
            assertThat(home.resolve("buckets/one")).exists();
        }
    }

    @Test
    void scratchLeavesNothing() throws Exception {
        Path scratch = home.resolve("scratch");
        try (LocalS3 s3 = LocalS3.start(scratch)) {
            assertThat(scratch.resolve("ready")).exists();
            assertThat(s3.environment())
                    .containsEntry("STRATA_S3_ENDPOINT", s3.endpoint().toString());
        }
        assertThat(scratch).doesNotExist();
    }

    @Test
    void aWrongCommandLineIsRefusedWithTheValueThatIsWrong() {
        assertThatThrownBy(() -> S3Options.parse(List.of("--home", "x", "--port", "0"), Map.of()))
                .hasMessage("--port is not between 1 and 65535: 0");
        assertThatThrownBy(() -> S3Options.parse(List.of("--port", "1"), Map.of()))
                .hasMessage("--home is missing");
        assertThat(S3Options.parse(List.of("--home", "x"), Map.of("AWS_ACCESS_KEY_ID", "me"))
                        .accessKey())
                .isEqualTo("me");
    }
}
