create or replace function core.forget_deliveries(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_count integer;
begin
    delete from data.delivery as d
    where d.id in (
        select o.id from data.delivery as o
        order by o.id
        limit forget_deliveries.batch
    ) and d.created_at < clock_timestamp() - interval '1 year';
    get diagnostics v_count = row_count;
    return v_count;
end;
$$;

comment on function core.forget_deliveries is
'Deletes the oldest deliveries, at most `batch`, once a year has passed; returns how many.';
