package io.strata.runtime.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BindSpecTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/data|''|/data|false|''|false",
                "/src:/dst|/src|/dst|false|''|false",
                "name:/dst:ro|name|/dst|true|''|false",
                "name:/dst:nocopy,rw|name|/dst|false|''|true",
                "/src:/dst:ro,rslave,Z|/src|/dst|true|rslave|false",
            })
    void isReadAsDockerReadsIt(
            String raw, String source, String target, boolean readOnly, String propagation, boolean noCopy)
            throws MountException {
        assertThat(BindSpec.parse(raw)).isEqualTo(new BindSpec(source, target, readOnly, propagation, noCopy));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":/dst", "/dst:ro", "a:b:ro:d"})
    void isRefusedWithDockersWords(String raw) {
        assertThatThrownBy(() -> BindSpec.parse(raw)).hasMessage("invalid volume specification: '" + raw + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "ro,rw", "ro,,z", "rslave,private"})
    void aModeIsOneOfEachKindAtMost(String mode) {
        assertThatThrownBy(() -> BindSpec.parse("/a:/b:" + mode)).hasMessage("invalid mode: " + mode);
    }

    @ParameterizedTest
    @CsvSource({"/a/../b/./c/,/b/c", "/../../etc,/etc", "//a//b,/a/b"})
    void destinationsAreCleanedAsGoDoesIt(String target, String clean) throws MountException {
        assertThat(Destination.checked(target)).isEqualTo(clean);
    }

    @Test
    void anImagesVolumeDoesNotPointUpwards() throws MountException {
        assertThat(Destination.ofImage("/data/")).isEqualTo("/data");
        assertThatThrownBy(() -> Destination.ofImage("/../../etc"))
                .hasMessageStartingWith("invalid volume specification: '/../../etc'");
        assertThatThrownBy(() -> Destination.ofImage("data")).isInstanceOf(MountException.class);
        assertThatThrownBy(() -> Destination.ofImage("/")).hasMessageContaining("destination can't be '/'");
    }

    @Test
    void optionsOfATmpfsAreThoseThatDockerKnows() throws MountException {
        assertThat(TmpfsOptions.parse("size=64m,exec,mode=1777")).containsExactly("size=64m", "exec", "mode=1777");
        assertThat(TmpfsOptions.parse("")).isEmpty();
        assertThatThrownBy(() -> TmpfsOptions.parse("upperdir=/etc"))
                .hasMessage("invalid tmpfs option [\"upperdir=/etc\"]");
    }
}
