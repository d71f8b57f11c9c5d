create or replace function core.chain_changes(most integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_change data.change;
    v_salt uuid;
    v_digest bytea;
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
    for v_change in select e.* from core.next_events('chain', chain_changes.most) as e loop
        v_count := v_count + 1;
        v_number := coalesce(v_number, 0) + 1;
        v_salt := gen_random_uuid();
        v_digest := core.digest_change(v_change, v_salt);
        v_hash := core.link_change(v_change, v_digest, coalesce(v_hash, ''));
        insert into data.chain_link (
            number, change_id, made_at, entity, entity_id, actor_id, people, salt, digest, hash
        )
        values (
            v_number, v_change.id, v_change.made_at, v_change.entity, v_change.entity_id,
            v_change.actor_id, core.people_in(v_change), v_salt, v_digest, v_hash
        );
    end loop;
    if v_count > 0 then
        raise log 'audit chain: link % has hash %', v_number, encode(v_hash, 'hex');
    end if;
    return v_count;
end;
$$;

comment on function core.chain_changes is
'Appends links for the next changes to the chain, at most so many, and has PostgreSQL log where it
ends: a superuser could compute the whole chain anew, but not what is in the log of yesterday.
Returns how many changes that were.';
