-- The nodes of the cluster. A node writes its own row only.
create table node (
    name      text primary key,
    -- Path of its Docker endpoint: other nodes on the same machine reach it there.
    socket    text        not null,
    hostname  text        not null,
    heartbeat timestamptz not null
);
