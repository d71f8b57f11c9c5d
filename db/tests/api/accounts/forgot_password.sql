begin;
select plan(5);

select tests.account(email => 'ann@example.com') as ann \gset
create temp table said (message text);
grant insert on said to public;

select tests.act_as('anon');
insert into said select f.message from api.forgot_password('ann@example.com') as f;
insert into said select f.message from api.forgot_password('nobody@example.com') as f;
select tests.act_as('patient', :ann);
insert into said select f.message from api.forgot_password('ANN@example.com') as f;
select throws_ok(
    $$select api.forgot_password('ann')$$, '23514', null, 'what is no address is none'
);
select tests.act_as_nobody();
select is((select count(distinct s.message) from said as s), 1::bigint, 'all are told the same');
select is(
    (select count(*) from data.reset_request), 3::bigint,
    'and the same was done for them, whether or not there is an account'
);
select is((select count(*) from data.message), 0::bigint, 'who it is is looked up afterwards');
select tests.do_due_work();
select results_eq(
    'select m.to_address::text from data.message as m order by 1',
    $$values ('ann@example.com'), ('ann@example.com')$$, 'a mail goes to whom there is'
);

select * from finish();
rollback;
