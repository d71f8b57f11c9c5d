begin;
select plan(4);

set local role slotkeeper_server;
select auth.keep_addresses('https://example.org', 'desk@example.org', 'Us');
reset role;
select is(core.public_link('/x'), 'https://example.org/x', 'links begin with it');
select results_eq(
    'select s.mail_address, s.mail_name from data.setting as s',
    $$values ('desk@example.org', 'Us')$$, 'mail comes from there'
);
set local role slotkeeper_server;
select auth.keep_addresses(null, 'desk@example.org', 'Us');
reset role;
select is(core.public_link('/x'), null, 'or there are none');
select is(
    tests.constraint_against($$select auth.keep_addresses('javascript:alert(1)', 'a@b.c', 'Us')$$),
    'public_url_form', 'it is an address of the web'
);

select * from finish();
rollback;
