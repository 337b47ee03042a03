package io.strata.runtime.containers;

import io.strata.runtime.errors.EngineException;
import io.strata.runtime.process.LogQuery;
import io.strata.runtime.process.LogReader;
import io.strata.runtime.process.LogRecord;
import io.strata.runtime.process.ProcessSupervisor;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What containers wrote ({@code docker logs}, and {@code attach} with its history). */
@ApplicationScoped
public class ContainerLogs {
    private final ProcessSupervisor supervisor;
    private final ContainerFolders folders;

    ContainerLogs(ProcessSupervisor supervisor, ContainerFolders folders) {
        this.supervisor = supervisor;
        this.folders = folders;
    }

    /**
     * @throws EngineException.NotImplemented for a container whose log is not kept
     */
    public LogReader open(Container container, LogQuery query) throws IOException {
        if (container.hostConfig().logConfig().type().equals("none")) {
            throw new EngineException.NotImplemented("configured logging driver does not support reading");
        }
        return supervisor.logs(folders.of(container.id()), query);
    }

    /**
     * Carries records until the end of the query, or until the reader is closed.
     *
     * @param timestamps each line begins with its time, as RFC 3339 with nanoseconds in UTC
     * @param prefix     what else each line begins with, e.g. labels; may be empty
     */
    public void copy(LogReader reader, Frames client, boolean timestamps, String prefix)
            throws IOException, InterruptedException {
        boolean[] within = new boolean[3];
        for (Optional<LogRecord> next = reader.next(); next.isPresent(); next = reader.next()) {
            LogRecord record = next.get();
            byte[] data = record.data();
            if (!within[record.stream()] && (timestamps || !prefix.isEmpty())) {
                data = prefixed(record, timestamps, prefix);
            }
            within[record.stream()] = record.partial();
            client.write(record.stream(), data, 0, data.length);
        }
    }

    private static byte[] prefixed(LogRecord record, boolean timestamps, String prefix) {
        String head = (timestamps ? Timestamps.nanoseconds(record.at()) + " " : "") + prefix;
        byte[] start = head.getBytes(StandardCharsets.UTF_8);
        byte[] whole = new byte[start.length + record.data().length];
        System.arraycopy(start, 0, whole, 0, start.length);
        System.arraycopy(record.data(), 0, whole, start.length, record.data().length);
        return whole;
    }
}
