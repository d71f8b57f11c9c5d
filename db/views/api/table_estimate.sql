create or replace view api.table_estimate as
select c.relname::text as table_name, greatest(c.reltuples, 0)::bigint as row_estimate
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = 'data' and c.relkind = 'r';

comment on view api.table_estimate is 'A table and how many rows it holds, as of its last ANALYZE.';
comment on column api.table_estimate.table_name is '! Name of the table.';
comment on column api.table_estimate.row_estimate is '! About how many rows.';
