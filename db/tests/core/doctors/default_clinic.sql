begin;
select plan(3);

select is(
    (select c.name::text from data.clinic as c where c.id = core.default_clinic()),
    'Default clinic', 'a fresh installation has a default clinic'
);
select is(
    (select c.time_zone::text from data.clinic as c where c.id = core.default_clinic()), 'UTC',
    'its clocks show UTC'
);
select core.default_clinic() as before, tests.clinic('Another') as another \gset
select is(core.default_clinic(), :before::bigint, 'a further clinic does not become the default');

select * from finish();
rollback;
