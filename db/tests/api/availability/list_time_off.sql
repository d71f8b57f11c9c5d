begin;
select plan(6);

select tests.account(role => 'doctor') as bob, tests.account(role => 'admin') as eve,
    tests.account() as ann \gset
select tests.doctor(account => :bob) as doctor, tests.doctor() as other \gset
select tests.act_as('admin', :eve);
select
    (api.create_time_off(:doctor, '2031-06-02 09:00+00', '2031-06-03 09:00+00')).id as t1,
    (api.create_time_off(:other, '2031-06-02 09:00+00', '2031-06-03 09:00+00')).id as t2,
    (api.create_time_off(:doctor, '2031-01-02 09:00+00', '2031-01-03 09:00+00', 'Rest')).id as t3
\gset
\set list 'select t.id from api.list_time_off(%s) as t'

select tests.act_as('doctor', :bob);
select results_eq(
    format(:'list', :doctor), array[:t3, :t1]::bigint[], 'a doctor sees the own, newest first'
);
select results_eq(
    format(:'list', format('%s, after => %s', :doctor, :t3)), array[:t1]::bigint[], 'a later page'
);
select throws_ok(
    format(:'list', format('%s, after => %s', :doctor, :t2)), 'PT400', 'invalid_parameter',
    'behind another''s there is none'
);
select throws_ok(format(:'list', :other), 'PT404', 'doctor_not_found', 'another''s is not shown');
select tests.act_as('admin', :eve);
select results_eq(format(:'list', :other), array[:t2]::bigint[], 'an admin sees any');
select tests.act_as('patient', :ann);
select throws_ok(format(:'list', :doctor), '42501', null, 'a patient none');

select * from finish();
rollback;
