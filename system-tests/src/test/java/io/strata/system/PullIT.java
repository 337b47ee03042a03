package io.strata.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** {@code docker pull}, as issue 7's first line tells it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PullIT {
    private final Strata strata = Strata.running();

    @Test
    @Order(1)
    void layersComeOneByOneAndTheSharedOnesExist() {
        Ran redis = strata.docker("pull", "redis");
        assertThat(redis.exit()).as(redis.all()).isZero();
        assertThat(redis.out())
                .contains("Using default tag: latest", "latest: Pulling from library/redis", "Pull complete")
                .containsPattern("Digest: sha256:[0-9a-f]{64}")
                .contains("Status: Downloaded newer image for redis:latest")
                .endsWith("docker.io/library/redis:latest\n");
        Ran tomcat = strata.docker("pull", "tomcat");
        assertThat(tomcat.exit()).as(tomcat.all()).isZero();
        assertThat(tomcat.out()).contains("Already exists").contains("Pull complete");
    }

    @Test
    @Order(2)
    void aSecondPullIsUpToDate() {
        assertThat(strata.ok("pull", "redis")).contains("Status: Image is up to date for redis:latest");
    }

    @Test
    void anImageIsPulledByItsDigest() {
        String digest = strata.ok("pull", "busybox")
                .lines()
                .filter(line -> line.startsWith("Digest: "))
                .findFirst()
                .orElseThrow()
                .substring(8);
        assertThat(strata.ok("pull", "busybox@" + digest))
                .contains("Digest: " + digest)
                .contains("docker.io/library/busybox@" + digest);
        assertThat(strata.ok("image", "inspect", "--format", "{{.RepoDigests}}", "busybox"))
                .contains("busybox@" + digest);
    }

    @Test
    void aRegistryWithHostAndPortIsAsked() {
        String name = strata.upstream().host() + "/library/busybox:latest";
        assertThat(strata.ok("pull", name))
                .contains("Pulling from library/busybox")
                .contains(name);
        assertThat(strata.ok("run", "--rm", name, "echo", "from a port")).isEqualTo("from a port");
    }

    @Test
    void whatIsNotThereIsAClearErrorAndLeavesNoName() {
        Ran ran = strata.docker("pull", "nothing-of-that-name:1");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).containsPattern("(manifest unknown|pull access denied|not found)");
        assertThat(strata.ok("images", "--format", "{{.Repository}}")).doesNotContain("nothing-of-that-name");
    }

    @Test
    void aRegistryThatIsAwayIsAClearError() {
        Ran ran = strata.docker("pull", "127.0.0.1:" + Strata.freePort() + "/away:1");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("refused");
    }

    @Test
    void aMalformedDigestIsRefusedInDockersForm() {
        Ran ran = strata.shell("curl -sS --unix-socket $STRATA_HOME/engine.sock -X POST "
                + "'http://d/v1.50/images/create?fromImage=redis&tag=sha256:../../etc/passwd'");
        assertThat(ran.out()).contains("\"message\"").contains("invalid");
    }
}
