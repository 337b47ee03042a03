package io.strata.runtime.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.runtime.errors.EngineException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @Test
    void theLeadingSlashIsNotPartOfTheName() {
        assertThat(Names.checked("/web.1_a-b")).isEqualTo("web.1_a-b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "", "/", "_x1", "a b", "a/b", "é1", "../../etc"})
    void whatIsNoNameIsRefusedInDockersWords(String name) {
        assertThatThrownBy(() -> Names.checked(name))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessage("Invalid container name (" + name + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    }

    @Test
    void aTakenNameSaysByWhom() {
        assertThat(Names.taken("web", "8b29"))
                .hasMessage("Conflict. The container name \"/web\" is already in use by container \"8b29\"."
                        + " You have to remove (or rename) that container to be able to reuse that name.");
    }

    @Test
    void randomNamesAreNamesAndMany() {
        Set<String> drawn = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            String name = RandomNames.draw();
            assertThat(Names.checked(name)).isEqualTo(name).matches("[a-z]+_[a-z]+");
            drawn.add(name);
        }
        assertThat(drawn).hasSizeGreaterThan(450);
        assertThat(RandomNames.variety()).isGreaterThanOrEqualTo(80 * 150);
    }

    @Test
    void aTakenRandomNameGetsADigit() {
        Set<String> asked = new HashSet<>();
        String name = RandomNames.free(candidate -> asked.add(candidate) && asked.size() == 1);
        assertThat(name).matches("[a-z]+_[a-z]+[0-9]");
    }

    @Test
    void idsAreUnguessableHexAndNotNumbers() {
        assertThat(Ids.random()).matches("[0-9a-f]{64}").isNotEqualTo(Ids.random());
        assertThat(Ids.random().substring(0, 12)).matches(".*[a-f].*");
    }

    @Test
    void anExecsIdSaysItsNode() {
        String id = Ids.randomOn("node-2");
        assertThat(id).matches("[0-9a-f]{64}");
        assertThat(Ids.isOn(id, "node-2")).isTrue();
        assertThat(Ids.isOn(id, "node-1")).isFalse();
    }
}
