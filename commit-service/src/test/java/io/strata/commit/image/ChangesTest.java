package io.strata.commit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.commit.errors.CommitException.InvalidInput;
import io.strata.oci.ContainerConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChangesTest {
    private static final ContainerConfig BASE = new ContainerConfig(
            "web",
            Map.of("80/tcp", Map.of()),
            List.of("PATH=/usr/bin", "LANG=C"),
            null,
            List.of("sh"),
            null,
            null,
            "/srv",
            Map.of("a", "1"),
            null,
            null,
            null,
            null);

    private static ContainerConfig with(String... changes) {
        return Changes.parse(List.of(changes)).applyTo(BASE);
    }

    @Test
    void environmentIsChangedByNameAndSeesWhatWasThere() {
        assertThat(with("ENV PATH=/opt/bin:$PATH DEBUG=\"a b\" X='$PATH'").env())
                .containsExactly("PATH=/opt/bin:/usr/bin", "LANG=C", "DEBUG=a b", "X=$PATH");
        assertThat(with("ENV WORDS one two").env()).contains("WORDS=one two");
        assertThat(with("ENV A=${NONE:-x}y B=${LANG:+set} C=\\$LANG D=a\\ b").env())
                .contains("A=xy", "B=set", "C=$LANG", "D=a b");
        assertThat(with("ENV A=1", "ENV B=$A").env()).contains("B=1");
    }

    @Test
    void commandsAreListsOrGoThroughTheShell() {
        assertThat(with("CMD [\"nginx\", \"-g\"]").cmd()).containsExactly("nginx", "-g");
        assertThat(with("CMD echo $HOME").cmd()).containsExactly("/bin/sh", "-c", "echo $HOME");
        ContainerConfig entry = with("ENTRYPOINT [\"/run\"]");
        assertThat(entry.entrypoint()).containsExactly("/run");
        assertThat(entry.cmd()).isNull();
        assertThat(with("CMD [\"x\"]", "ENTRYPOINT [\"/run\"]").cmd()).containsExactly("x");
        assertThat(with("ENTRYPOINT []").entrypoint()).isEmpty();
    }

    @Test
    void theOthersDoWhatADockerfileDoes() {
        assertThat(with("EXPOSE 8080 53/udp 9000-9002").exposedPorts())
                .containsOnlyKeys("80/tcp", "8080/tcp", "53/udp", "9000/tcp", "9001/tcp", "9002/tcp");
        assertThat(with("LABEL b=2 \"c d\"=\"3 4\" a=9").labels()).isEqualTo(Map.of("a", "9", "b", "2", "c d", "3 4"));
        assertThat(with("USER nobody:nogroup").user()).isEqualTo("nobody:nogroup");
        assertThat(with("WORKDIR data/../x").workingDir()).isEqualTo("/srv/x");
        assertThat(with("WORKDIR /a/./b/").workingDir()).isEqualTo("/a/b");
        assertThat(with("VOLUME /data /log").volumes()).containsOnlyKeys("/data", "/log");
        assertThat(with("VOLUME [\"/with space\"]").volumes()).containsOnlyKeys("/with space");
        assertThat(with("STOPSIGNAL SIGQUIT").stopSignal()).isEqualTo("SIGQUIT");
        assertThat(with("ONBUILD RUN make").onBuild()).containsExactly("RUN make");
        assertThat(with("HEALTHCHECK --interval=1m30s --retries=3 CMD curl -f x")
                        .healthcheck())
                .isEqualTo(
                        Map.of("Interval", 90_000_000_000L, "Retries", 3, "Test", List.of("CMD-SHELL", "curl -f x")));
        assertThat(with("HEALTHCHECK NONE").healthcheck()).isEqualTo(Map.of("Test", List.of("NONE")));
    }

    @Test
    void commentsEmptyLinesAndContinuedLinesAreRead() {
        assertThat(with("# a comment\n\nENV A=1 \\\n  B=2", "env C=3").env()).contains("A=1", "B=2", "C=3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "RUN rm -rf /|run is not a valid change command",
                "FROM scratch|from is not a valid change command",
                "nonsense|nonsense is not a valid change command",
                "ENV|ENV requires at least one argument",
                "ENV A|ENV must have two arguments",
                "ENV A=1 B|Syntax error - can't find = in \"B\". Must be of the form: name=value",
                "LABEL =x|LABEL names can not be blank",
                "LABEL a=\"b|unexpected end of statement while looking for matching double-quote",
                "EXPOSE http|Invalid containerPort: http",
                "EXPOSE 70000|Invalid containerPort: 70000",
                "EXPOSE 9-8|Invalid containerPort: 9-8",
                "EXPOSE 80/icmp|Invalid proto: icmp",
                "STOPSIGNAL SIGNOTHING|invalid signal: SIGNOTHING",
                "STOPSIGNAL 65|invalid signal: 65",
                "USER a b|USER requires exactly one argument",
                "VOLUME|VOLUME requires at least one argument",
                "WORKDIR|WORKDIR requires exactly one argument",
                "ONBUILD ONBUILD RUN x|Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
                "ONBUILD FROM x|FROM isn't allowed as an ONBUILD trigger",
                "HEALTHCHECK CMD|Missing command after HEALTHCHECK CMD",
                "HEALTHCHECK --interval=soon CMD x|invalid duration \"soon\" of --interval",
                "HEALTHCHECK --interval=999999999999h CMD x|invalid duration \"999999999999h\" of --interval",
                "HEALTHCHECK --retries=-1 CMD x|--retries must be at least 0, not \"-1\""
            })
    void whatCannotBeMeantIsRefusedInDockersWords(String change, String message) {
        assertThatThrownBy(() -> Changes.parse(List.of(change)).check())
                .isInstanceOf(InvalidInput.class)
                .hasMessage(message);
    }

    @Test
    void variablesOfTheContainerAreNotMissedBeforeItIsKnown() {
        Changes changes = Changes.parse(List.of("EXPOSE $PORT"));
        changes.check();
        assertThatThrownBy(() -> changes.applyTo(BASE)).hasMessage("Invalid containerPort: ");
    }
}
