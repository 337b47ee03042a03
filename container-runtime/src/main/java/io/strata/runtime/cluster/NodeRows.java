package io.strata.runtime.cluster;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;

/** The nodes' rows. */
@ApplicationScoped
@Transactional
public class NodeRows implements PanacheRepositoryBase<NodeRow, String> {
    List<Node> nodes() {
        return listAll().stream().map(NodeRow::toNode).toList();
    }

    void put(Node node) {
        NodeRow known = findById(node.name());
        NodeRow row = known == null ? new NodeRow() : known;
        row.name = node.name();
        row.socket = node.socket().toString();
        row.hostname = node.hostname();
        row.heartbeat = node.heartbeat();
        // Last, as Hibernate inserts what the row holds when it is persisted.
        persist(row);
    }
}
