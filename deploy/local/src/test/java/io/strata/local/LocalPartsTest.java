package io.strata.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalPartsTest {
    @TempDir
    Path home;

    @Test
    void stateOutlivesAnEndInOrderAndAKill() throws Exception {
        String clusterId;
        long postmaster;
        try (LocalParts parts = LocalParts.startKept(home)) {
            execute(parts, "CREATE TABLE kept (line text); INSERT INTO kept VALUES ('written before the end')");
            clusterId = clusterIdWithTopics(parts);
        }
        try (LocalParts parts = LocalParts.startKept(home)) {
            assertThat(query(parts, "SELECT line FROM kept")).isEqualTo("written before the end");
            execute(parts, "INSERT INTO kept VALUES ('written before the kill')");
            assertThat(clusterIdWithTopics(parts)).isEqualTo(clusterId);
            postmaster = postmaster();
            ProcessHandle.of(parts.pid()).orElseThrow().destroyForcibly();
        }
        try (LocalParts parts = LocalParts.startKept(home)) {
            assertThat(query(parts, "SELECT count(*)::text FROM kept")).isEqualTo("2");
            assertThat(clusterIdWithTopics(parts)).isEqualTo(clusterId);
            assertThat(ProcessHandle.of(postmaster)).isEmpty();
            postmaster = postmaster();
        }
        assertThat(ProcessHandle.of(postmaster)).isEmpty();
    }

    @Test
    void aPostgresThatIsLeftOverIsEndedByItsOwnId() throws Exception {
        try (LocalParts parts = LocalParts.startKept(home)) {
            execute(parts, "CREATE TABLE kept (line text)");
        }
        Path data = home.resolve("postgres");
        Process bystander = new ProcessBuilder("sleep", "60").start();
        try {
            // The id in a stale file belongs to somebody else by now.
            Files.writeString(data.resolve("postmaster.pid"), bystander.pid() + "\n" + data + "\n");
            try (LocalParts parts = LocalParts.startKept(home)) {
                assertThat(query(parts, "SELECT count(*)::text FROM kept")).isEqualTo("0");
            }
            assertThat(bystander.isAlive()).isTrue();
        } finally {
            bystander.destroy();
        }
    }

    @Test
    void scratchLeavesNothing() throws Exception {
        Path scratch = home.resolve("scratch");
        try (LocalParts parts = LocalParts.start(scratch)) {
            assertThat(query(parts, "SELECT current_database()::text")).isEqualTo("strata");
        }
        assertThat(scratch).doesNotExist();
    }

    private long postmaster() throws Exception {
        return Long.parseLong(Files.readAllLines(home.resolve("postgres/postmaster.pid"))
                .getFirst()
                .strip());
    }

    private static Connection connect(LocalParts parts) throws Exception {
        return DriverManager.getConnection(parts.databaseUrl(), parts.databaseUser(), parts.databasePassword());
    }

    private static void execute(LocalParts parts, String sql) throws Exception {
        try (Connection connection = connect(parts);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(LocalParts parts, String sql) throws Exception {
        try (Connection connection = connect(parts);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static String clusterIdWithTopics(LocalParts parts) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", parts.kafka()))) {
            Set<String> topics = admin.listTopics().names().get();
            assertThat(topics).containsAll(KafkaBroker.TOPICS);
            return admin.describeCluster().clusterId().get();
        }
    }
}
