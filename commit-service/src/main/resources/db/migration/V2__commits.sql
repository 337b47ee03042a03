-- A commit, and how far it is. Each step has a deadline and is done again from this row after a crash.
create table commits (
    id               uuid primary key,
    state            text        not null check (state in ('REQUESTED', 'CAPTURED', 'COMMITTED', 'FAILED')),

    -- What was asked for.
    container_id     text        not null,
    node             text        not null,
    parent           text        not null,
    repository       text,
    tag              text,
    author           text        not null,
    comment          text        not null,
    pause            boolean     not null,
    changes          text        not null,
    asked_config     text,
    requested_at     timestamptz not null,

    -- When the step that is waited for is asked for again, and when it is given up.
    next_try         timestamptz,
    deadline         timestamptz,

    -- What the node captured; no layer when the container had written nothing.
    layer            text,
    container_config text,

    -- How it ended.
    image_id         text,
    manifest         text,
    status           integer,
    reason           text,
    ended_at         timestamptz
);
create index commits_to_do on commits (next_try) where state in ('REQUESTED', 'CAPTURED');
create index commits_by_time on commits (requested_at, id);
