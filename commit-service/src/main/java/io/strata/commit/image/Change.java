package io.strata.commit.image;

import java.util.List;
import java.util.Map;

/** One instruction of {@code --change}, as it was written: variables are put in when it is applied. */
sealed interface Change {
    record Env(Map<String, String> pairs) implements Change {}

    record Label(Map<String, String> pairs) implements Change {}

    /** A shell form is prefixed with the shell when it is applied. */
    record Cmd(List<String> words, boolean shell) implements Change {}

    record Entrypoint(List<String> words, boolean shell) implements Change {}

    record Expose(List<String> ports) implements Change {}

    record OnBuild(String trigger) implements Change {}

    record StopSignal(String signal) implements Change {}

    record User(String user) implements Change {}

    record Volume(List<String> paths) implements Change {}

    record WorkDir(String path) implements Change {}

    /** As the image config has it: Test, Interval, Timeout, StartPeriod, StartInterval (nanoseconds), Retries. */
    record Healthcheck(Map<String, Object> check) implements Change {}
}
