package io.strata.runtime.cluster;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.nio.file.Path;
import java.time.Instant;

/** A {@link Node} in the database. */
@Entity
@Table(name = "node")
class NodeRow {
    @Id
    String name;

    String socket;
    String hostname;
    Instant heartbeat;

    Node toNode() {
        return new Node(name, Path.of(socket), hostname, heartbeat);
    }
}
