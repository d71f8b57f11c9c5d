create or replace function core.expire_due_holds(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_now timestamptz;
    v_slot_ids bigint[];
begin
    v_now := clock_timestamp();
    -- A slot that somebody else has locked is left to them, or to the next run.
    v_slot_ids := array(
        select s.id from data.slot as s
        where s.id in (
            select b.slot_id from data.booking as b
            where core.has_run_out(b.status, b.expires_at, v_now)
            order by b.expires_at
            limit expire_due_holds.batch
        )
        order by s.id
        for no key update skip locked
    );
    return core.expire_holds(v_slot_ids, v_now) + core.offer_seats(v_slot_ids);
end;
$$;

comment on function core.expire_due_holds is
'Marks holds that have run out FAILED, oldest first, in at most `batch` slots, and offers their
seats to those who wait; returns how many holds and offers that were.';
