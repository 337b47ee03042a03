-- Blobs that clients are uploading in pieces. What is not yet a part of the ingest is in a file of the uploads' folder.

create table upload (
    id           uuid primary key,
    repository   text        not null,
    -- Taken anew by each writer: one that was overtaken writes nothing.
    epoch        bigint      not null,
    -- Bytes that were taken; `flushed` of them are parts of the ingest.
    received     bigint      not null,
    flushed      bigint      not null,
    -- Null until there is a whole part.
    ingest       text,
    part_size    bigint      not null,
    -- Entity tags, by part number from 1.
    etags        text[]      not null,
    algorithm    text        not null,
    touched_at   timestamptz not null
);
create index upload_by_age on upload (touched_at);
