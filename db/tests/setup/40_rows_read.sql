-- How many rows a query reads of the tables that grow by the day, once its plans have settled:
-- those of plpgsql may change after five calls.
create function tests.rows_read(query text) returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
    v_before bigint;
    v_now bigint := 0;
begin
    for v_call in 1 .. 8 loop
        v_before := v_now;
        execute rows_read.query;
        select sum(t.seq_tup_read + coalesce(t.idx_tup_fetch, 0)) into v_now
        from pg_catalog.pg_stat_xact_user_tables as t
        where t.schemaname = 'data' and t.relname not in ('clinic', 'doctor');
    end loop;
    return v_now - v_before;
end;
$$;
