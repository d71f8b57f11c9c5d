create table data.chain_link (
    number bigint constraint chain_link_pkey primary key,
    change_id bigint not null constraint chain_link_change_key unique,
    made_at timestamptz not null,
    entity text not null,
    entity_id bigint not null,
    actor_id bigint,
    people text[] not null,
    salt uuid,
    digest bytea not null,
    hash bytea not null,
    constraint chain_link_number_positive check (number > 0),
    constraint chain_link_hash_length
    check (octet_length(digest) = 32 and octet_length(hash) = 32),
    constraint chain_link_erased_whole check (salt is not null or people = '{}')
);
comment on table data.chain_link is
'A chain through all changes, in the order in which they were committed, from which it shows when
one was altered, removed, put in or moved: core.verify_audit. Written by the due work';
comment on column data.chain_link.number is 'Its place in the chain: 1, 2, 3, without a gap.';
comment on column data.chain_link.change_id is
'The change. No foreign key: that it is gone is something to find out, and to tell.';
comment on column data.chain_link.made_at is
'When the change was made; like entity, entity_id and actor_id here to find it by.';
comment on column data.chain_link.people is
'The accounts that are named in the row before or after.';
comment on column data.chain_link.salt is
'So that the digest tells nothing of a person who was erased; then null.';
comment on column data.chain_link.digest is 'SHA-256 of salt, before and after.';
comment on column data.chain_link.hash is
'SHA-256 of the hash of the link before, of what else the change says, and of the digest.';
create index chain_link_time_idx on data.chain_link (made_at, change_id);
create index chain_link_entity_idx on data.chain_link (entity, entity_id, made_at, change_id);
create index chain_link_actor_idx on data.chain_link (actor_id, made_at, change_id)
where actor_id is not null;
-- Who erases a person sees what was linked last, too, without reading all that is not sorted in.
create index chain_link_people_idx on data.chain_link using gin (people)
with (fastupdate = off);

insert into data.event_reader (name) values ('chain');
