package io.strata.runtime.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.runtime.errors.EngineException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DetachKeysTest {
    private static String pass(DetachKeys keys, String input) {
        byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
        DetachKeys.Passed passed = keys.pass(bytes, 0, bytes.length);
        return new String(passed.bytes(), StandardCharsets.UTF_8) + (passed.detached() ? "!" : "");
    }

    @Test
    void ctrlPThenCtrlQDetaches() {
        assertThat(pass(DetachKeys.parse(""), "ls\u0010\u0011more")).isEqualTo("ls!");
    }

    @Test
    void theBeginningOfTheKeysIsHeldBackUntilTheNextKeySays() {
        DetachKeys keys = DetachKeys.parse("");
        assertThat(pass(keys, "a\u0010")).isEqualTo("a");
        assertThat(pass(keys, "b")).isEqualTo("\u0010b");
        assertThat(pass(keys, "\u0010")).isEmpty();
        assertThat(pass(keys, "\u0010")).isEqualTo("\u0010");
        assertThat(pass(keys, "\u0011")).isEqualTo("!");
    }

    @Test
    void keysAreLettersAndControls() {
        assertThat(pass(DetachKeys.parse("x,ctrl-@,ctrl-]"), "x\u0000\u001d")).isEqualTo("!");
        assertThat(pass(DetachKeys.parse("a"), "bab")).isEqualTo("b!");
    }

    @Test
    void otherWordsAreRefused() {
        assertThatThrownBy(() -> DetachKeys.parse("ctrl-Ä")).isInstanceOf(EngineException.InvalidInput.class);
        assertThatThrownBy(() -> DetachKeys.parse("ctrl-p,,")).isInstanceOf(EngineException.InvalidInput.class);
    }
}
