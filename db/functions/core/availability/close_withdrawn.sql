create or replace function core.close_withdrawn(slot_ids bigint[]) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_count integer;
begin
    perform core.expire_holds(close_withdrawn.slot_ids, clock_timestamp());
    update data.slot as s
    set deleted_at = clock_timestamp()
    where s.id = any(close_withdrawn.slot_ids) and s.withdrawn and s.deleted_at is null
        and s.start_time > clock_timestamp()
        and not exists (
            select from data.booking as b
            where b.slot_id = s.id and b.status not in ('FAILED', 'CANCELLED')
        );
    get diagnostics v_count = row_count;
    return v_count;
end;
$$;

comment on function core.close_withdrawn is
'Deletes those of some coming slots, which the caller has locked, that hours do not make any more
and that nobody holds; returns how many.';
