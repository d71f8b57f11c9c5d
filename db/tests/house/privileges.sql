-- Who may touch what: the table of house rooms, as the catalog has it.
begin;
select plan(10);

create temp view our_role as
select r.oid, r.rolname as name, r.rolcanlogin, r.rolsuper, r.rolcreatedb, r.rolcreaterole,
    r.rolbypassrls, r.rolreplication, r.rolconfig
from pg_roles as r
where r.rolname in (
    'slotkeeper_owner', 'slotkeeper_anon', 'slotkeeper_patient', 'slotkeeper_doctor',
    'slotkeeper_clerk', 'slotkeeper_admin', 'slotkeeper_server', 'slotkeeper_report'
);

select is(
    array(select format('%s %s', name, rolcanlogin) from our_role order by name),
    array[
        'slotkeeper_admin t', 'slotkeeper_anon t', 'slotkeeper_clerk t', 'slotkeeper_doctor t',
        'slotkeeper_owner f', 'slotkeeper_patient t', 'slotkeeper_report f', 'slotkeeper_server t'
    ],
    'the roles exist, and owner and report cannot log in'
);
select is_empty(
    $$select name from our_role
      where rolsuper or rolcreatedb or rolcreaterole or rolbypassrls or rolreplication$$,
    'none of them has a power over the cluster'
);
select is_empty(
    $$select a.name, b.name from our_role as a, our_role as b
      where a.oid <> b.oid and pg_has_role(a.name, b.oid, 'member')$$,
    'none of them can become another'
);
select is_empty(
    $$select r.name, s.setting from our_role as r,
          unnest('{statement_timeout,lock_timeout,idle_in_transaction_session_timeout}'::text[])
              as s(setting)
      where r.rolcanlogin and not exists (
          select from unnest(r.rolconfig) as c(line)
          where c.line like s.setting || '=%' and c.line <> s.setting || '=0'
      )$$,
    'whoever logs in has timeouts'
);
select is_empty(
    $$select n.nspname from pg_namespace as n
      where n.nspname in ('data', 'core', 'auth', 'api', 'report')
          and n.nspowner <> 'slotkeeper_owner'::regrole$$,
    'slotkeeper_owner owns the schemas'
);
-- USAGE on data lets a web role name its types, nothing more.
select is(
    array(
        select format('%s: %s %s', n.nspname, a.grantee::regrole, a.privilege_type)
        from pg_namespace as n, aclexplode(n.nspacl) as a
        where n.nspname in ('data', 'core', 'auth', 'api', 'report') and a.grantee <> n.nspowner
        order by 1
    ),
    array[
        'api: slotkeeper_admin USAGE', 'api: slotkeeper_anon USAGE',
        'api: slotkeeper_clerk USAGE', 'api: slotkeeper_doctor USAGE',
        'api: slotkeeper_patient USAGE',
        'auth: slotkeeper_server USAGE', 'core: slotkeeper_server USAGE',
        'data: slotkeeper_admin USAGE', 'data: slotkeeper_anon USAGE',
        'data: slotkeeper_clerk USAGE', 'data: slotkeeper_doctor USAGE',
        'data: slotkeeper_patient USAGE',
        'data: slotkeeper_server USAGE', 'report: slotkeeper_report USAGE'
    ],
    'each schema is open to whom it is for'
);
select is_empty(
    $$select c.oid::regclass, a.grantee::regrole, a.privilege_type
      from pg_class as c, aclexplode(c.relacl) as a
      where c.relnamespace in (
              'data'::regnamespace, 'api'::regnamespace, 'core'::regnamespace, 'auth'::regnamespace
          )
          and a.grantee <> c.relowner$$,
    'no table and no view of api is granted to anybody'
);
select is_empty(
    $$select c.oid::regclass, t.attname, a.grantee::regrole
      from pg_class as c
      join pg_attribute as t on t.attrelid = c.oid,
      aclexplode(t.attacl) as a
      where c.relnamespace in ('data'::regnamespace, 'api'::regnamespace, 'report'::regnamespace)$$,
    'and no single column'
);
select is(
    array(
        select distinct format('%s %s', a.grantee::regrole, a.privilege_type)
        from pg_class as c, aclexplode(c.relacl) as a
        where c.relnamespace = 'report'::regnamespace and c.relkind = 'v'
            and a.grantee <> c.relowner
    ),
    array['slotkeeper_report SELECT'],
    'the views of report are for slotkeeper_report to read'
);
select is_empty(
    $$select c.oid::regclass from pg_class as c
      where c.relnamespace = 'report'::regnamespace and c.relkind = 'v'
          and not has_table_privilege('slotkeeper_report', c.oid, 'SELECT')$$,
    'all of them'
);

select * from finish();
rollback;
