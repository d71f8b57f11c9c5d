create or replace function core.chain_changes(batch integer) returns integer
language plpgsql volatile
set search_path = ''
-- So that a digest is the same whoever makes it.
set timezone = 'UTC'
set datestyle = 'ISO'
as $$
declare
    v_until timestamptz := clock_timestamp() + interval '1 second';
    v_links data.chain_link[];
    v_number bigint;
    v_hash bytea;
    v_count integer := 0;
begin
    perform from data.event_reader as r where r.name = 'chain' for update skip locked;
    if not found then
        return 0;
    end if;
    -- From here on nobody else adds to the chain: its end stays its end.
    select l.number, l.hash into v_number, v_hash
    from data.chain_link as l
    order by l.number desc
    limit 1;
    loop
        -- Only the hashes follow from each other; all else is made of many changes at once.
        v_links := array(
            select row(
                coalesce(v_number, 0) + row_number() over (), (e.change).id, (e.change).made_at,
                (e.change).entity, (e.change).entity_id, (e.change).actor_id,
                core.people_in(e.change),
                e.salt, d.digest, core.link_change(e.change, d.digest)
            )::data.chain_link
            from (
                select c as change, gen_random_uuid() as salt
                from core.next_events('chain', chain_changes.batch) as c
                offset 0
            ) as e
            cross join lateral (
                select core.digest_change(e.change, e.salt) as digest offset 0
            ) as d
        );
        for v_i in 1 .. cardinality(v_links) loop
            v_hash := sha256(coalesce(v_hash, '') || v_links[v_i].hash);
            v_links[v_i].hash := v_hash;
        end loop;
        insert into data.chain_link select l.* from unnest(v_links) as l;
        v_number := coalesce(v_number, 0) + cardinality(v_links);
        v_count := v_count + cardinality(v_links);
        exit when cardinality(v_links) < chain_changes.batch or clock_timestamp() > v_until;
    end loop;
    if v_count > 0 then
        raise log 'audit chain: link % has hash %', v_number, encode(v_hash, 'hex');
    end if;
    return v_count;
end;
$$;

comment on function core.chain_changes is
'Appends links for the next changes to the chain, `batch` at a time for a second at the most, and
has PostgreSQL log where it ends: a superuser could compute the whole chain anew, but not what is in
the log of yesterday. Returns how many changes that were.';
