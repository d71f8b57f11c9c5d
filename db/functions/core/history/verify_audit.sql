create or replace function core.verify_audit(
    number bigint default null, hash text default null
) returns table (link bigint, change_id bigint, why text)
language plpgsql stable
set search_path = ''
-- As core.chain_changes.
set timezone = 'UTC'
set datestyle = 'ISO'
as $$
begin
    return query
    with erased as materialized (
        -- As text: whatever else is written there must not keep this from an answer.
        select distinct e.id #>> '{}' as id
        from data.change as c
        cross join lateral jsonb_path_query(c.after, '$.erased[*]') as e (id)
        where c.entity = 'change'
    ),
    link as (
        select
            l.*,
            coalesce(lag(l.number) over w, 0) as previous_number,
            coalesce(lag(l.hash) over w, '') as previous_hash
        from data.chain_link as l
        window w as (order by l.number)
    ),
    checked as (
        select
            l.number, l.change_id,
            case
                when l.number <> l.previous_number + 1 then 'a link before it is missing'
                when c.id is null then 'its change is missing'
                when l.salt is null and num_nonnulls(p.before, p.after) > 0
                    then 'it was emptied, and written again'
                when l.salt is null and e.id is null
                    then 'it was emptied, and no erasure lists it'
                when l.salt is not null and l.digest <> core.digest_change(c, l.salt)
                    -- As bookings were digested at first.
                    and l.digest <> core.digest_change(p, l.salt)
                    -- Of two forms one would be seen by nobody.
                    or num_nonnulls(c.before, c.after) > 0
                    and num_nonnulls(c.booking_before, c.booking_after) > 0
                    then 'before or after was altered'
                when l.hash <> sha256(l.previous_hash || core.link_change(c, l.digest))
                    then 'it was altered or moved, or what is before it was'
                when (l.made_at, l.entity, l.entity_id, l.actor_id)
                    is distinct from (c.made_at, c.entity, c.entity_id, c.actor_id)
                    or l.salt is not null and not (l.people @> n.people and l.people <@ n.people)
                    then 'by what its change is found was altered'
                when l.number = verify_audit.number
                    and encode(l.hash, 'hex') <> verify_audit.hash
                    then 'its hash is not the one that was logged'
            end as why
        from link as l
        left join data.change as c on c.id = l.change_id
        cross join lateral core.plain_change(c) as p
        cross join lateral core.people_in(c) as n (people)
        left join erased as e on e.id = l.change_id::text
    ),
    broken as (
        select c.number, c.change_id, c.why from checked as c where c.why is not null
        union all
        -- The reader is past it, so it was not there when its neighbours were linked; or it is said
        -- to have been written in a time that is still to come, and none would read it.
        select null, c.id, 'it is not in the chain: it was put in, or its link was removed'
        from data.event_reader as r
        join data.change as c on (c.xid, c.id) <= (r.last_xid, r.last_id) or core.is_ahead(c.xid)
        where r.name = 'chain'
            and not exists (select from data.chain_link as l where l.change_id = c.id)
        union all
        select null, null, 'nothing is chained: its reader is missing'
        where not exists (select from data.event_reader as r where r.name = 'chain')
        union all
        select verify_audit.number, null, 'the chain ends before it'
        where verify_audit.number is not null and not exists (
            select from data.chain_link as l where l.number = verify_audit.number
        )
    )
    select b.number, b.change_id, b.why
    from broken as b
    order by b.number nulls last, b.change_id
    limit 1;
end;
$$;

comment on function core.verify_audit is
'The first link of the chain of changes that is broken, by its number and its change, and why; no
row where all is whole. What was emptied is whole where an erasure lists it. Given a number from the
log of PostgreSQL, also whether the chain reaches that far; with its hash, whether it is still the
one that was logged.';
