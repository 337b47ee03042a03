-- Repositories, the manifests in them, the tags on those, and which blobs a repository may be asked for.

create table repository (
    id         bigint generated always as identity primary key,
    -- 'docker.io/library/redis'. Names and tags sort as bytes, as the distribution-spec wants them listed.
    name       text collate "C" not null unique,
    -- Pushed to, committed to or tagged here: it never asks upstream on /v2/.
    hosted     boolean     not null default false,
    created_at timestamptz not null default now()
);

-- What never changes, once each: a digest's bytes.
create table manifest_content (
    digest  text primary key,
    content bytea not null
);

-- An image as Docker means it: its id is the digest of its config.
create table image (
    id         text primary key,
    config     bytea       not null,
    -- The image that it was committed from, where that is known here.
    parent     text,
    known_from timestamptz not null default now()
);
create index image_by_parent on image (parent) where parent is not null;

create table manifest (
    -- The owner of the manifest's references in layer-store: never used twice.
    id             uuid primary key,
    -- Null for what was committed without a name.
    repository_id  bigint references repository,
    digest         text        not null references manifest_content,
    media_type     text        not null,
    size           bigint      not null,
    artifact_type  text,
    subject        text,
    annotations    text,
    -- The image that the manifest, or an index's child for the cluster's platform, is of; null for anything else.
    image_id       text references image,
    -- The digest of that image's manifest: this one's, or the child's.
    image_manifest text,
    -- PROXIED, PUSHED, COMMITTED, TAGGED
    origin         text        not null,
    -- layer-store was told that it holds its blobs; not so for what is only a cache of its upstream.
    held           boolean     not null,
    -- Had a name once, or was committed: `docker images` shows it, dangling when it has no name now.
    listed         boolean     not null,
    -- Idempotence of PUT /commits/{id}/image.
    commit_id      text unique,
    registered_at  timestamptz not null,
    unique (repository_id, digest)
);
create index manifest_by_image on manifest (image_id);
create index manifest_by_digest on manifest (digest);
create index manifest_by_subject on manifest (repository_id, subject) where subject is not null;

-- What a manifest names: config and layers (blobs), an index's children (manifests).
create table manifest_part (
    manifest_id uuid     not null references manifest on delete cascade,
    position    integer  not null,
    kind        text     not null,
    digest      text     not null,
    primary key (manifest_id, position)
);
create index manifest_part_by_digest on manifest_part (digest);

-- What may be read, mounted and deleted through a repository.
create table repository_blob (
    repository_id bigint      not null references repository,
    digest        text        not null,
    size          bigint      not null,
    linked_at     timestamptz not null default now(),
    primary key (repository_id, digest)
);
create index repository_blob_by_digest on repository_blob (digest);

create table tag (
    repository_id bigint           not null references repository,
    name          text collate "C" not null,
    manifest_id   uuid             not null references manifest,
    tagged_at     timestamptz      not null,
    cause         text             not null,
    primary key (repository_id, name)
);
create index tag_by_manifest on tag (manifest_id);

-- A tag or digest that was deleted here: a miss on /v2/ stays a miss, until somebody pulls it by name again.
create table tombstone (
    repository_id bigint           not null references repository,
    reference     text collate "C" not null,
    deleted_at    timestamptz      not null default now(),
    primary key (repository_id, reference)
);

-- Owners whose references in layer-store are to be dropped when `due` has come. Written before references are put, taken
-- back in the transaction that makes their manifest visible, written again in the one that deletes it.
create table released_owner (
    owner_id uuid primary key,
    due      timestamptz not null
);
create index released_owner_by_due on released_owner (due);
