begin;
select plan(3);

set local role slotkeeper_server;
select auth.keep_public_url('https://example.org');
reset role;
select is(core.public_link('/x'), 'https://example.org/x', 'links begin with it');
set local role slotkeeper_server;
select auth.keep_public_url(null);
reset role;
select is(core.public_link('/x'), null, 'or there are none');
select is(
    tests.constraint_against('select auth.keep_public_url(''javascript:alert(1)'')'),
    'public_url_form', 'it is an address of the web'
);

select * from finish();
rollback;
