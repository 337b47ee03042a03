-- Digests sort as bytes everywhere, as rows are locked in their order.

-- The one row that makes a blob visible, and where its bytes are. An object's key is never a digest and never used twice.
create table blobs (
    digest       text collate "C" primary key,
    object_key   text        not null unique,
    size         bigint      not null check (size >= 0),
    media_type   text        not null,
    stored_at    timestamptz not null,
    -- Nobody need refer to it until then: clients do not upload again what they were told is there.
    held_until   timestamptz not null,
    -- Collection's first step; null while the blob lives.
    condemned_at timestamptz
);
create index blobs_condemned on blobs (condemned_at) where condemned_at is not null;
create index blobs_by_hold on blobs (held_until) where condemned_at is null;

-- A blob in the making. The row is there before the object, so that no object is without a row.
create table ingests (
    id         uuid primary key,
    object_key text        not null unique,
    owner      text        not null,
    media_type text        not null,
    size       bigint,
    -- Of a multipart upload; null when the object is one PUT.
    part_size  bigint,
    upload_id  text,
    opened_at  timestamptz not null,
    touched_at timestamptz not null,
    -- What it became, so that completing it again gives the same answer.
    digest     text collate "C"
);
create index ingests_by_age on ingests (touched_at);

-- Objects that nothing names any more. A key that may still be written to, by an address that was given away, is deleted
-- again after that address' end, and only then forgotten.
create table doomed_objects (
    object_key  text primary key,
    parts       boolean     not null,
    final_after timestamptz not null
);
create index doomed_objects_by_end on doomed_objects (final_after);

-- Who keeps a blob alive. The owner is the id of a manifest's row or of a container.
create table blob_references (
    owner_id text        not null,
    digest   text collate "C" not null references blobs (digest),
    kind     text        not null check (kind in ('manifest', 'container')),
    label    text        not null,
    since    timestamptz not null,
    primary key (owner_id, digest)
);
create index blob_references_by_digest on blob_references (digest);

-- What is inside a blob that is a layer, as a node that read it has told.
create table layers (
    digest        text collate "C" primary key references blobs (digest) on delete cascade,
    diff_id       text collate "C" not null,
    unpacked_size bigint      not null check (unpacked_size >= 0),
    files         bigint      not null check (files >= 0),
    told_at       timestamptz not null
);
create index layers_by_diff_id on layers (diff_id, digest);
