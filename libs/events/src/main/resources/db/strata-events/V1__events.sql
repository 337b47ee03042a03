-- What a service tells (outbox) and what it has heard (inbox). Each service runs this in its own schema, before its own
-- migrations: see libs/events/README.md.

create table outbox (
    -- Drawn by the database at the insert, so that rows of one key, written under the lock of their aggregate, are in order.
    id         bigint generated always as identity primary key,
    slot       smallint    not null,
    event_id   uuid        not null,
    topic      text        not null,
    event_key  text        not null,
    event_type text        not null,
    source     text        not null,
    event_time timestamptz not null,
    data       bytea       not null
);
create index outbox_by_slot on outbox (slot, id);

create table inbox (
    consumer    text        not null,
    event_id    uuid        not null,
    received_at timestamptz not null default now(),
    primary key (consumer, event_id)
);
create index inbox_by_age on inbox (received_at);
