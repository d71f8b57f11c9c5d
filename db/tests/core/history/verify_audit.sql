-- Whatever a superuser does, past all triggers, is found where it was done.
begin;
select plan(25);

select tests.account('Ann') as ann \gset
select tests.booking(tests.slot(tests.doctor()), :ann) as booking \gset
update data.booking set reason = 'a cough' where id = :booking;
select tests.clinic(), tests.clinic();
set local session_replication_role = replica;
update data.change set xid = '3';
set local session_replication_role = origin;
select core.chain_changes(100000) as links \gset
select is_empty('select from core.verify_audit()', 'the chain is whole');
set local timezone = 'Asia/Tokyo';
set local datestyle = 'German';
select is_empty('select from core.verify_audit()', 'in whatever zone and form one asks');

-- Links of older versions hold bookings as JSON.
create temp table link as select l.* from data.chain_link as l;
do $$
declare
    v_link data.chain_link;
    v_change data.change;
    v_hash bytea := '';
begin
    set local session_replication_role = replica;
    set local timezone = 'UTC';
    for v_link in select l.* from data.chain_link as l order by l.number loop
        select c.* into strict v_change from data.change as c where c.id = v_link.change_id;
        v_link.digest := sha256(
            uuid_send(v_link.salt) || convert_to(jsonb_build_array(p.before, p.after)::text, 'UTF8')
        ) from core.plain_change(v_change) as p;
        v_hash := sha256(v_hash || core.link_change(v_change, v_link.digest));
        update data.chain_link as l
        set digest = v_link.digest, hash = v_hash
        where l.number = v_link.number;
    end loop;
    set local session_replication_role = origin;
end;
$$;
select is_empty('select from core.verify_audit()', 'a chain of an older version is whole, too');
set local session_replication_role = replica;
update data.chain_link as l
set digest = o.digest, hash = o.hash
from link as o
where o.number = l.number;
set local session_replication_role = origin;

create function pg_temp.broken_by(forgery text) returns text
language plpgsql
as $$
declare
    v_found text;
begin
    begin
        set local session_replication_role = replica;
        execute forgery;
        select format('%s %s: %s', v.link, v.change_id, v.why) into v_found
        from core.verify_audit() as v;
        raise exception using errcode = 'XX000', message = coalesce(v_found, 'whole');
    exception when internal_error then
        return sqlerrm;
    end;
end;
$$;
select l.number as n, l.change_id as c, l.number + 1 as m, o.change_id as d
from data.chain_link as l
join data.chain_link as o on o.number = l.number + 1
where l.entity = 'booking'
order by l.number
limit 1
\gset
select
    is(
        pg_temp.broken_by(format(f.forgery, :'n', :'c', :'m', :'d')),
        format(f.found, :'n', :'c', :'m', :'d'), f.what
    )
from (
    values
    ('update data.change set booking_after.amount = 0 where id = %2$s',
        '%1$s %2$s: before or after was altered', 'an edit of what was said'),
    ('update data.change set after = ''{"amount": 0}'' where id = %2$s',
        '%1$s %2$s: before or after was altered', 'of what was said in another form'),
    ('update data.change set entity = ''change'', after = ''{"erased": "all"}'' where id = %2$s',
        '%1$s %2$s: before or after was altered', 'of what was erased, to nonsense'),
    ('update data.change set after = (core.plain_change(change)).after,
      booking_after.amount = 0 where id = %2$s',
        '%1$s %2$s: before or after was altered', 'of one form behind the other'),
    ('update data.change set booking_before = null where id = %4$s',
        '%3$s %4$s: before or after was altered', 'of before'),
    ('update data.change set actor_id = 1 where id = %2$s',
        '%1$s %2$s: it was altered or moved, or what is before it was', 'of who did it'),
    ('update data.change set made_at = made_at - interval ''1 us'' where id = %2$s',
        '%1$s %2$s: it was altered or moved, or what is before it was', 'of when'),
    ('delete from data.change where id = %2$s',
        '%1$s %2$s: its change is missing', 'a deletion'),
    ('delete from data.change where id = %2$s; delete from data.chain_link where number = %1$s',
        '%3$s %4$s: a link before it is missing', 'with its link'),
    ('delete from data.change where id = %2$s; delete from data.chain_link where number = %1$s;
      update data.chain_link set number = number - 1 where number > %1$s',
        '%1$s %4$s: it was altered or moved, or what is before it was', 'with its place'),
    ('insert into data.change (id, xid, entity, entity_id, actor_role)
      overriding system value values (-1, ''3'', ''booking'', 1, ''admin'')',
        ' -1: it is not in the chain: it was put in, or its link was removed', 'an insertion'),
    ('insert into data.change (id, xid, entity, entity_id, actor_role)
      overriding system value values (-1, ''9000000000000000000'', ''booking'', 1, ''admin'')',
        ' -1: it is not in the chain: it was put in, or its link was removed',
        'one out of the future'),
    ('update data.chain_link set number = number + 1000000 where number in (%1$s, %3$s);
      update data.chain_link set number = 1000000 + %1$s + %3$s - number where number > 1000000',
        '%1$s %4$s: it was altered or moved, or what is before it was', 'another order'),
    ('update data.change set booking_before = null, booking_after = null where id = %2$s;
      update data.chain_link set salt = null, people = ''{}'' where change_id = %2$s',
        '%1$s %2$s: it was emptied, and no erasure lists it', 'an erasure that nobody wrote down'),
    ('update data.chain_link set salt = gen_random_uuid() where number = %1$s',
        '%1$s %2$s: before or after was altered', 'another salt'),
    ('update data.chain_link set entity_id = 0 where number = %1$s',
        '%1$s %2$s: by what its change is found was altered', 'of where one looks for it'),
    ('update data.chain_link set people = ''{}'' where number = %1$s',
        '%1$s %2$s: by what its change is found was altered', 'of whom it names'),
    ('delete from data.event_reader', ' : nothing is chained: its reader is missing',
        'a reader that is gone')
) as f (forgery, found, what);
select encode(l.hash, 'hex') as head from data.chain_link as l where l.number = :n \gset
select is_empty(
    format('select from core.verify_audit(%s, %L)', :n, :'head'), 'a head that was logged'
);
select is_empty(format('select from core.verify_audit(%s)', :n), 'a number alone');
select is(
    (select v.why from core.verify_audit(:n, 'other') as v),
    'its hash is not the one that was logged', 'a chain that was computed anew'
);
select is(
    (select v.why from core.verify_audit(:links + 1, :'head') as v), 'the chain ends before it',
    'or cut off'
);

select * from finish();
rollback;
