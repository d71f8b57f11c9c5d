create or replace function core.erase_changes(account_id bigint) returns integer
language plpgsql volatile
set search_path = ''
-- Few changes name one person: a plan for anybody might read them all.
set plan_cache_mode = force_custom_plan
as $$
declare
    v_person text := erase_changes.account_id;
    v_ids bigint[];
begin
    -- Nothing is linked meanwhile: what is not yet will be linked as it is left here.
    perform from data.event_reader as r where r.name = 'chain' for no key update;
    v_ids := array(
        select l.change_id
        from data.chain_link as l
        where l.people @> array[v_person] and l.people <> '{}'
        union
        select c.id
        from core.unlinked_changes() as c
        where v_person = any(core.people_in(c))
        union
        -- What was paid for a visit names nobody, but what staff noted may.
        select o.id
        from core.changes_of(erase_changes.account_id) as o
        where num_nonnulls(o.before, o.after) > 0
        order by 1
    );
    if v_ids = '{}' then
        return 0;
    end if;
    -- The reports may not have read them yet.
    perform core.mark_stale(array(select c from data.change as c where c.id = any(v_ids)));
    update data.change as c
    set before = null, after = null, booking_before = null, booking_after = null
    where c.id = any(v_ids);
    update data.chain_link as l
    set salt = null, people = '{}'
    where l.change_id = any(v_ids);
    insert into data.change (entity, entity_id, after)
    values ('change', v_ids[1], jsonb_build_object('erased', v_ids));
    return cardinality(v_ids);
end;
$$;

comment on function core.erase_changes is
'Empties before and after of all changes that name an account, and writes down which: counts, actors
and the chain stay as they are. To be called last in a transaction, behind what else erases the
person: that is a change, too.';
