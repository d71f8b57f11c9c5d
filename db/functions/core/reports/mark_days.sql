create or replace function core.mark_days(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_changes data.change[];
begin
    v_changes := array(select e from core.next_events('reports', mark_days.batch) as e);
    perform core.mark_stale(v_changes);
    return cardinality(v_changes);
end;
$$;

comment on function core.mark_days is
'Reads the next changes, at most `batch`, for core.mark_stale; returns how many that were.';
