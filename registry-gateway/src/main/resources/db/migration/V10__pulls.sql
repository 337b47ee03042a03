-- Pulls from their `resolved` line on, so that POST /pulls/{id}/complete can name what was fetched, also after a restart and on
-- another replica.
create table pull (
    id         uuid primary key,
    reference  text        not null,
    node       text        not null,
    -- What the reference names upstream, byte for byte: the image's manifest, or the index that has it.
    named_type text        not null,
    named_digest text      not null,
    named      bytea       not null,
    image_type text        not null,
    image_digest text      not null,
    image      bytea       not null,
    -- The digest of the config.
    image_id   text        not null,
    config     bytea       not null,
    began_at   timestamptz not null,
    -- Whether the name came to point elsewhere; null until the pull is complete.
    newer      boolean
);
create index pull_by_age on pull (began_at);
