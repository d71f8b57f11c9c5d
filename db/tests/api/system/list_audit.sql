begin;
select plan(18);

select tests.account('Ann') as ann, tests.account('Eve', 'admin') as eve,
    tests.account('Sun', 'doctor') as sun, tests.account('Joe', 'clerk') as joe \gset
select tests.doctor() as doctor \gset
select tests.slot(:doctor) as slot \gset
select set_config(
    'request.jwt.claims', format('{"sub": "%s", "request_id": "r-1"}', :ann), true
);
select tests.booking(:slot, :ann) as booking \gset
update data.booking set reason = 'a cough' where id = :booking;
select set_config('request.jwt.claims', '', true);
update data.account set password_hash = '$argon2id$another' where id = :ann;
select set_config('request.jwt.claims', format('{"sub": "%s"}', :eve), true);
update data.clinic as c set name = 'Rome' where c.id = (select min(o.id) from data.clinic as o);
-- Its transaction is still open; as if it were not:
set local session_replication_role = replica;
update data.change set xid = '3';
set local session_replication_role = origin;
select tests.act_as('admin', :eve);
select is_empty('select api.list_audit()', 'what is not chained is not shown yet');
select tests.act_as_nobody();
select count(core.chain_changes(100000)) \g /dev/null
select l.change_id as newest, l.made_at as newest_at, (select count(*) from data.change) as changes
from data.chain_link as l order by l.change_id desc limit 1
\gset

select tests.act_as('admin', :eve);
select results_eq(
    format($$select a.event::text, a.actor_id, a.request_id, a.before, a.after ->> 'reason',
        a.after ->> 'status'
      from api.list_audit(entity => 'booking', id => %s) as a$$, :booking),
    format($$values
        (null::text, %1$s::bigint, 'r-1', '{}'::jsonb, 'a cough', null::text),
        ('booking.held', %1$s, 'r-1', null, null, 'PENDING')$$, :ann),
    'a booking: who, in which request, and what changed; the newest first'
);
select results_eq(
    format($$select a.before, a.after - 'email' - 'created_at' - 'name'
      from api.list_audit('account', %s) as a$$, :ann),
    format($$values ('{}'::jsonb, '{}'::jsonb),
        (null, '{"id": %s, "role": "patient", "status": "ACTIVE"}')$$, :ann),
    'a change of a password is seen, not what it is'
);
select results_eq(
    format($$select a.entity, a.before is null, a.after
      from api.list_audit(actor => %s) as a$$, :eve),
    $$values ('clinic', false, '{"name": "Rome"}'::jsonb)$$, 'what somebody did'
);
select is(
    (select count(*) from api.list_audit(actor => :ann, entity => 'booking')), 2::bigint,
    'what somebody did to something'
);
select is_empty(
    format('select api.list_audit(actor => %s, entity => ''booking'', id => %s)', :eve, :booking),
    'nor did others'
);
select is(
    array(select a.id from api.list_audit("limit" => 2) as a),
    array[:newest, :newest - 1]::bigint[], 'all, the newest first'
);
select is(
    array(select a.id from api.list_audit("limit" => 2, after => :newest - 1) as a),
    array[:newest - 2, :newest - 3]::bigint[], 'the next page'
);
select is(
    (select count(*) from api.list_audit("limit" => 100)), :changes::bigint, 'every change once'
);
select is(
    array(select a.id from api.list_audit("from" => :'newest_at', "to" => clock_timestamp()) as a),
    array[:newest]::bigint[], '`from` counts'
);
select is_empty(
    format('select api.list_audit("from" => %1$L, "to" => %1$L)', :'newest_at'), '`to` does not'
);
select is_empty('select api.list_audit(''nothing'')', 'nothing of what there is not');
select throws_ok(
    'select api.list_audit(after => 0)', 'PT400', 'invalid_parameter', 'a page behind none'
);
select tests.act_as('admin');
select throws_ok('select api.list_audit()', 'PT401', 'unauthenticated', 'an admin is somebody');
select tests.act_as('anon');
select throws_ok('select api.list_audit()', '42501', null, 'guests see none');
select tests.act_as('patient', :ann);
select throws_ok('select api.list_audit()', '42501', null, 'patients see none');
select tests.act_as('doctor', :sun);
select throws_ok('select api.list_audit()', '42501', null, 'doctors see none');
select tests.act_as('clerk', :joe);
select throws_ok('select api.list_audit()', '42501', null, 'clerks see none');

select * from finish();
rollback;
