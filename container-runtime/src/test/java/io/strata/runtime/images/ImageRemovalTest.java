package io.strata.runtime.images;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.oci.Digest;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.images.ImageUse.Use;
import io.strata.runtime.images.NodeImages.Image;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ImageRemovalTest {
    private static final Digest ID = Digest.parse("sha256:" + "ab".repeat(32));
    private static final Use STOPPED = new Use("1".repeat(64), "one", false);
    private static final Use RUNNING = new Use("2".repeat(64), "two", true);

    private static Image image(String... names) {
        return new Image(ID, ID, names.length == 0 ? ID.toString() : names[0], List.of(names), null, List.of());
    }

    private static void check(String name, Image image, boolean force, Use... uses) {
        ImageRemoval.check(name, image, List.of(uses), force);
    }

    @Test
    void whatNobodyUsesGoes() {
        assertThatCode(() -> check("redis", image("docker.io/library/redis:latest"), false))
                .doesNotThrowAnyException();
    }

    @Test
    void oneOfSeveralNamesGoesThoughTheImageIsUsed() {
        Image image = image("docker.io/library/redis:latest", "docker.io/library/redis:7");
        assertThatCode(() -> check("redis", image, false, RUNNING)).doesNotThrowAnyException();
    }

    @Test
    void theLastNameOfAUsedImageIsKeptInDockersWords() {
        Image image = image("docker.io/library/redis:latest");
        assertThatThrownBy(() -> check("redis", image, false, STOPPED))
                .isInstanceOf(EngineException.Conflict.class)
                .hasMessage("conflict: unable to remove repository reference \"redis\" (must force) - container"
                        + " 111111111111 is using its referenced image abababababab");
        assertThatCode(() -> check("redis", image, true, STOPPED)).doesNotThrowAnyException();
    }

    @Test
    void anImageThatRunsIsNotEvenForced() {
        Image image = image("docker.io/library/redis:latest");
        for (String name : List.of("abab", ID.toString(), ID.hex())) {
            assertThatThrownBy(() -> check(name, image, true, STOPPED, RUNNING))
                    .isInstanceOf(EngineException.Conflict.class)
                    .hasMessage("conflict: unable to delete abababababab (cannot be forced) - image is being used by"
                            + " running container 222222222222");
        }
        assertThatThrownBy(() -> check("redis", image, true, RUNNING)).hasMessageContaining("cannot be forced");
    }

    @Test
    void anImageOfAStoppedContainerMustBeForced() {
        assertThatThrownBy(() -> check("abab", image(), false, STOPPED))
                .hasMessage("conflict: unable to delete abababababab (must be forced) - image is being used by"
                        + " stopped container 111111111111");
        assertThatCode(() -> check("abab", image(), true, STOPPED)).doesNotThrowAnyException();
    }
}
