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
        NodeRow row = findById(node.name());
        if (row == null) {
            row = new NodeRow();
            row.name = node.name();
            persist(row);
        }
        row.socket = node.socket().toString();
        row.hostname = node.hostname();
        row.heartbeat = node.heartbeat();
    }
}
