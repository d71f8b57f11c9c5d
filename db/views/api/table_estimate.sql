create or replace view api.table_estimate as
select
    c.relname::text as table_name,
    -- Until the first ANALYZE only the running count knows.
    case
        when c.reltuples >= 0 then c.reltuples::bigint
        else pg_catalog.pg_stat_get_live_tuples(c.oid)
    end as row_estimate
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = 'data' and c.relkind = 'r';

comment on view api.table_estimate is 'A table and about how many rows it holds.';
comment on column api.table_estimate.table_name is '! Name of the table.';
comment on column api.table_estimate.row_estimate is '! About how many rows.';
