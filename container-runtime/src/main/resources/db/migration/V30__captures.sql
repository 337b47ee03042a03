-- Captures of writable layers that commit-service asked for. A row without an answer is work to do, also after a crash; the
-- answer is kept, so that a request that comes again is answered the same.
create table capture (
    commit_id    varchar(64) primary key,
    container_id varchar(64) not null,
    node         text        not null,
    pause        boolean     not null,
    requested_at timestamptz not null default now(),
    answered_at  timestamptz,
    captured     jsonb,
    refused      jsonb,
    check (answered_at is null or (captured is null) <> (refused is null))
);
create index capture_to_do on capture (node) where answered_at is null;
