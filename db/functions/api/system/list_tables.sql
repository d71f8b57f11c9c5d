create or replace function api.list_tables() returns setof api.table_estimate
language plpgsql stable security definer
set search_path = ''
as $$
begin
    perform core.caller_account();
    return query select t.* from api.table_estimate as t order by t.table_name;
end;
$$;

comment on function api.list_tables is
'GET /debug/tables
Topic: system

The tables and about how many rows each holds.';

grant execute on function api.list_tables to slotkeeper_admin;
