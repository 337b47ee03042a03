-- What containers should be, and what was last known of them. The node is the owner of what runs.
create table container (
    id              text primary key,
    -- Docker's names are unique on a machine; here in the cluster, as every node answers for all.
    name            text        not null unique,
    node            text        not null,
    image           text        not null,
    image_id        text        not null,
    created         timestamptz not null,
    config          text        not null,
    host_config     text        not null,
    networking      text        not null,
    mounts          text        not null,
    state           text        not null,
    paused          boolean     not null,
    pid             bigint,
    exit_code       integer     not null,
    oom_killed      boolean     not null,
    error           text        not null,
    started_at      timestamptz,
    finished_at     timestamptz,
    restart_count   integer     not null,
    stopped_by_user boolean     not null
);
create index container_by_node on container (node);
create index container_by_image on container (image_id);
-- "docker stop 8b29": the beginning of an id, whatever the database's collation.
create index container_by_id_prefix on container (id text_pattern_ops);
