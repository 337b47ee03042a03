package io.strata.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Writable layers, sharing, several distributions on one kernel. */
class CopyOnWriteIT {
    private final Strata strata = Strata.running();

    @BeforeAll
    static void pull() {
        for (String image : List.of("debian:12", "debian:13", "busybox", "redis")) {
            Strata.running().ok("pull", "-q", image);
        }
    }

    @Test
    void whatOneContainerChangesNoOtherSees() {
        String one = strata.ok("run", "-d", "debian:12", "sleep", "120");
        String other = strata.ok("run", "-d", "debian:12", "sleep", "120");
        strata.ok("exec", one, "sh", "-c", "echo mine >> /etc/issue; rm /etc/debian_version");
        assertThat(strata.ok("exec", other, "cat", "/etc/issue")).doesNotContain("mine");
        assertThat(strata.ok("exec", other, "cat", "/etc/debian_version")).isNotEmpty();
        assertThat(strata.ok("run", "--rm", "debian:12", "cat", "/etc/issue")).doesNotContain("mine");
        assertThat(strata.ok("diff", other)).isEmpty();
        strata.ok("rm", "-f", one, other);
    }

    @Test
    void distributionsRunSideBySideOnOneKernel() {
        List<String> releases = new ArrayList<>();
        Set<String> kernels = new TreeSet<>();
        for (String image : List.of("debian:12", "debian:13", "busybox")) {
            String told = strata.ok("run", "--rm", image, "sh", "-c", ". /etc/os-release; echo $PRETTY_NAME; uname -r");
            releases.add(told.lines().findFirst().orElseThrow());
            kernels.add(told.lines().skip(1).findFirst().orElseThrow());
        }
        assertThat(releases.get(0)).contains("12 (bookworm)");
        assertThat(releases.get(1)).contains("13 (trixie)");
        assertThat(releases.get(2)).contains("BusyBox");
        assertThat(kernels).hasSize(1);
    }

    @Test
    void twentyContainersHoldOneCopyOnDiskAndInMemory() throws Exception {
        List<String> ids = new ArrayList<>();
        try {
            ids.add(strata.ok("run", "-d", "redis"));
            long before = diskUse();
            for (int i = 1; i < 20; i++) {
                ids.add(strata.ok("run", "-d", "redis"));
            }
            long perContainer = (diskUse() - before) / 19;
            assertThat(perContainer).as("bytes on disk for a further container").isLessThan(1 << 20);
            // One file is one inode of the page cache: all containers map libc from the same device and inode, or from
            // overlays of the same lower file, whose pages are the lower's. Pss says how many share each page.
            long pss = 0;
            long rss = 0;
            for (String id : ids) {
                String pid = strata.ok("inspect", "--format", "{{.State.Pid}}", id);
                long[] libc = libraryUse(Path.of("/proc", pid, "smaps"), "libc.so");
                pss += libc[0];
                rss += libc[1];
            }
            assertThat(rss).isPositive();
            assertThat(pss)
                    .as("KiB of libc in memory, shared out among its users")
                    .isLessThan(rss / 4);
            System.out.printf(
                    "twenty containers of redis: %d KiB on disk each; libc: %d KiB mapped, %d KiB in memory%n",
                    perContainer >> 10, rss, pss);
        } finally {
            ids.forEach(id -> strata.docker("rm", "-f", "-v", id));
        }
    }

    private long diskUse() {
        return Long.parseLong(strata.shell("sync; du -sx -B1 $STRATA_HOME/node-1 | cut -f1")
                .out()
                .strip());
    }

    /** {Pss, Rss} in KiB of the shared, file backed pages of a library (proc(5), smaps). */
    private static long[] libraryUse(Path smaps, String library) throws Exception {
        long[] sum = new long[2];
        boolean inside = false;
        for (String line : Files.readAllLines(smaps)) {
            if (line.matches("^[0-9a-f]+-[0-9a-f]+ .*")) {
                inside = line.contains(library) && line.contains("r-xp");
            } else if (inside && line.startsWith("Pss:")) {
                sum[0] += Long.parseLong(line.replaceAll("\\D", ""));
            } else if (inside && line.startsWith("Rss:")) {
                sum[1] += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return sum;
    }
}
