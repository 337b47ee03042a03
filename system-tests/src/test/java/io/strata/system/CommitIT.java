package io.strata.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docker commit}, and sharing what was committed. */
class CommitIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Strata strata = Strata.running();

    @BeforeAll
    static void pull() {
        Strata.running().ok("pull", "-q", "busybox");
    }

    private JsonNode inspect(String image) throws Exception {
        return JSON.readTree(strata.ok("image", "inspect", image)).get(0);
    }

    @Test
    void theWritableLayerBecomesALayerOfANewImage() throws Exception {
        String id = strata.ok(
                "run",
                "-d",
                "-e",
                "ADDED=1",
                "--name",
                "committed",
                "busybox",
                "sh",
                "-c",
                "echo page > /root/init; rm /etc/os-release; sleep 300");
        strata.shell("timeout 20 sh -c 'until docker diff committed | grep -q os-release; do sleep 0.1; done'");
        String parentBefore = strata.ok("image", "inspect", "busybox");
        String image =
                strata.ok("commit", "-a", "cb", "-m", "add init file", "-c", "LABEL kind=test", id, "newbox:1.0");
        assertThat(image).matches("sha256:[0-9a-f]{64}");
        JsonNode made = inspect("newbox:1.0");
        assertThat(made.path("Id").asText()).isEqualTo(image);
        assertThat(made.path("Author").asText()).isEqualTo("cb");
        assertThat(made.path("Comment").asText()).isEqualTo("add init file");
        assertThat(made.path("RootFS").path("Layers")).hasSize(2);
        assertThat(made.path("Config").path("Labels").path("kind").asText()).isEqualTo("test");
        assertThat(made.path("Config").path("Env").toString()).contains("ADDED=1");
        assertThat(strata.ok("history", "newbox:1.0")).contains("add init file");
        assertThat(strata.ok(
                        "run", "--rm", "newbox:1.0", "sh", "-c", "cat /root/init; ls /etc/os-release 2>&1 || true"))
                .contains("page", "No such file");
        assertThat(strata.ok("image", "inspect", "busybox")).isEqualTo(parentBefore);
        assertThat(strata.ok("run", "--rm", "busybox", "ls", "/root")).isEmpty();
        assertThat(made.path("Size").asLong())
                .isGreaterThan(inspect("busybox").path("Size").asLong());
        strata.ok("rm", "-f", id);
    }

    @Test
    void badChangesAreRefusedAndNameNothing() {
        String id = strata.ok("create", "busybox", "true");
        Ran ran = strata.docker("commit", "-c", "RUN rm -rf /", id, "refused:1");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(strata.docker("image", "inspect", "refused:1").exit()).isEqualTo(1);
        assertThat(strata.docker("commit", "no-such-container").err()).contains("No such container");
        assertThat(strata.docker("commit", id, "Upper/Case").exit()).isEqualTo(1);
        strata.ok("rm", id);
    }

    @Test
    void itIsPushedElsewhereAndReadStraightFromHere(@TempDir Path folder) throws Exception {
        String id = strata.ok("run", "-d", "busybox", "sh", "-c", "echo shared > /root/shared; sleep 300");
        strata.shell("timeout 20 sh -c 'until docker diff " + id + " | grep -q shared; do sleep 0.1; done'");
        strata.ok("commit", id, "shared:1.0");
        strata.ok("rm", "-f", id);
        try (Upstream friend = Upstream.empty(folder.resolve("friend"))) {
            String name = friend.host() + "/team/shared:1.0";
            strata.ok("tag", "shared:1.0", name);
            Ran push = strata.docker("push", name);
            assertThat(push.exit()).as(push.all()).isZero();
            assertThat(push.out())
                    .contains("The push refers to repository")
                    .containsPattern("1.0: digest: sha256:[0-9a-f]{64} size: \\d+");
            String there = skopeoDigest("docker://" + name);
            String here = skopeoDigest("docker://127.0.0.1:" + strata.port(0) + "/library/shared:1.0");
            assertThat(there).isEqualTo(here);
            assertThat(push.out()).contains(here);
            assertThat(strata.docker("push", name).out()).contains("Layer already exists");
        }
        Ran copy = Command.run(
                "skopeo",
                "copy",
                "--insecure-policy",
                "--src-tls-verify=false",
                "docker://127.0.0.1:" + strata.port(0) + "/library/shared:1.0",
                "dir:" + folder.resolve("copy"));
        assertThat(copy.exit()).as(copy.all()).isZero();
        assertThat(Files.exists(folder.resolve("copy/manifest.json"))).isTrue();
    }

    private static String skopeoDigest(String name) {
        Ran ran = Command.run("skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}", name);
        assertThat(ran.exit()).as(ran.all()).isZero();
        return ran.out().strip();
    }
}
