-- What every table, column and constraint agrees on.
begin;
select plan(15);

create temp view ours as
select
    c.oid, n.nspname as schema, c.relname as name, n.nspname || '.' || c.relname as full_name,
    c.relkind as kind, c.relowner, c.relacl
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname in ('data', 'api', 'report', 'core', 'auth')
    and c.relkind in ('r', 'p', 'v', 'm', 'S', 'c');

create temp view own_column as
select
    t.oid, t.schema, t.kind, t.full_name, a.attnum as number, a.attname as name, a.attidentity,
    coalesce(b.typname, y.typname) as type,
    coalesce(nullif(y.typtypmod, -1), a.atttypmod) as modifier,
    a.attacl
from ours as t
join pg_attribute as a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
join pg_type as y on y.oid = a.atttypid
left join pg_type as b on b.oid = nullif(y.typbasetype, 0);

create temp view own_constraint as
select c.oid, c.conname as name, c.contype as type, t.full_name, t.name as table_name, c.conrelid,
    c.conkey, c.confdeltype, pg_get_constraintdef(c.oid) as definition
from pg_constraint as c join ours as t on t.oid = c.conrelid
-- PostgreSQL 18 names NOT NULL constraints, and does it well.
where c.contype not in ('n', 't');

select isnt_empty(
    $$select from ours where schema = 'data' and kind = 'r'$$, 'there are tables to look at'
);

select is_empty(
    $$select full_name from ours where kind = 'r' and schema <> 'data'$$,
    'tables are in data and nowhere else'
);
select is_empty(
    $$select full_name from ours where relowner <> 'slotkeeper_owner'::regrole$$,
    'slotkeeper_owner owns every relation'
);
select is_empty(
    $$select t.full_name from ours as t
      where t.kind = 'r' and not exists (
          select from own_constraint as c where c.conrelid = t.oid and c.type = 'p'
      )$$,
    'every table has a primary key'
);
select is_empty(
    $$select full_name, name from own_column
      where schema = 'data' and kind = 'r' and name = 'id'
          and (attidentity <> 'a' or type <> 'int8')$$,
    'ids are bigint and always made by the database'
);
select is_empty(
    $$select full_name, name, type from own_column
      where kind in ('r', 'v', 'm') and (
          type in (
              'timestamp', 'timetz', 'float4', 'float8', 'money', 'varchar', 'bpchar', 'citext',
              'json'
          )
          or kind = 'r' and type = 'numeric' and modifier = -1
          or name ~ '(_at|_time)$' and type not in ('timestamptz', 'time')
      )$$,
    'instants have a zone, money is exact, text is text'
);
select is_empty(
    $$select full_name, name from own_constraint
      where name !~ ('^' || table_name || '_')
          or name ~ '_(check|excl)[0-9]*$' or name ~ '[0-9]+$'$$,
    'every constraint has a name of ours that begins with its table'
);
select is_empty(
    $$select c.conname from pg_constraint as c join pg_type as y on y.oid = c.contypid
      where y.typnamespace = 'data'::regnamespace and c.contype = 'c'
          and (c.conname !~ ('^' || y.typname || '_|_form$|_range$|_length$')
              and split_part(c.conname, '_', 1) <> split_part(y.typname, '_', 1)
              or c.conname ~ '_check[0-9]*$')$$,
    'and so has every constraint of a domain'
);
select is_empty(
    $$select full_name, name from own_constraint where type = 'f' and confdeltype = 'a'$$,
    'every foreign key states what happens on delete'
);
select is_empty(
    $$select c.full_name, c.name from own_constraint as c
      where c.type = 'f' and not exists (
          select from pg_index as i
          where i.indrelid = c.conrelid and i.indisvalid and i.indkey[0] = c.conkey[1]
              and (
                  i.indpred is null
                  or pg_get_expr(i.indpred, i.indrelid) = (
                      select format('(%I IS NOT NULL)', a.attname) from pg_attribute as a
                      where a.attrelid = c.conrelid and a.attnum = c.conkey[1]
                  )
              )
      )$$,
    'every foreign key has an index that begins with its column'
);
select is_empty(
    $$select a.full_name, a.name, b.name
      from (values ('start_time', 'end_time'), ('created_at', 'expires_at'),
                   ('created_at', 'deleted_at'),
          ('start_date', 'end_date'), ('valid_from', 'valid_until')) as pair(first, last)
      join own_column as a on a.name = pair.first and a.kind = 'r'
      join own_column as b on b.oid = a.oid and b.name = pair.last
      where not exists (
          select from own_constraint as c
          where c.conrelid = a.oid and c.type = 'c'
              and c.definition ~ ('\m' || pair.last || ' >=? ' || pair.first || '\M')
      )$$,
    'whatever ends, ends after its start'
);
select is_empty(
    $$select full_name from ours
      where kind in ('r', 'v', 'm') and coalesce(obj_description(oid, 'pg_class'), '') = ''$$,
    'every table and view says what it is'
);
select is_empty(
    $$select full_name, name from own_column
      where schema in ('api', 'report') and kind in ('v', 'm', 'c')
          and coalesce(col_description(oid, number::integer), '') = ''$$,
    'every column of what the API returns and reports show says what it is'
);
select is_empty(
    $$select n.nspname from pg_namespace as n
      where n.nspname in ('api', 'report')
          and coalesce(obj_description(n.oid, 'pg_namespace'), '') = ''$$,
    'and so does what they are in'
);
select is_empty(
    $$select full_name, name from own_column
      where full_name = 'data.slot' and name ~ 'status|available|free|booked|taken|remaining'$$,
    'hole 9: nothing beside the bookings tells whether a seat is free'
);

select * from finish();
rollback;
