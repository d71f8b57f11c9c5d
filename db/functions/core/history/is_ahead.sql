create or replace function core.is_ahead(xid xid8) returns boolean
language sql stable
return is_ahead.xid
    > greatest(pg_snapshot_xmax(pg_current_snapshot()), pg_current_xact_id_if_assigned());

comment on function core.is_ahead is
'Whether no transaction of this cluster that anybody sees can have this id: it came with a dump of
another cluster.';
