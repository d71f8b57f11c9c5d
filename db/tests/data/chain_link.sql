-- What no link of the chain can be, whoever writes it.
begin;
select plan(7);

select tests.account();
set local session_replication_role = replica;
update data.change set xid = '3';
set local session_replication_role = origin;
select count(core.chain_changes(100000)) \g /dev/null
select l.number from data.chain_link as l where l.people <> '{}' limit 1 \gset
select is(
    tests.constraint_against(f.forgery || ' where number = ' || :number), f.refused_by, f.forgery
)
from (
    values
    ('update data.chain_link set number = 0', 'chain_link_append_only'),
    ('update data.chain_link set hash = digest', 'chain_link_append_only'),
    ('update data.chain_link set salt = gen_random_uuid()', 'chain_link_append_only'),
    ('update data.chain_link set salt = null', 'chain_link_erased_whole'),
    ('update data.chain_link set salt = null, people = ''{}''', null),
    ('delete from data.chain_link', 'chain_link_never_deleted')
) as f (forgery, refused_by);
select is(
    tests.constraint_against(
        'insert into data.chain_link
        select 1000000, change_id, made_at, entity, entity_id, actor_id, people, salt, digest, hash
        from data.chain_link where number = 1'
    ),
    'chain_link_change_key', 'nothing is linked twice'
);

select * from finish();
rollback;
