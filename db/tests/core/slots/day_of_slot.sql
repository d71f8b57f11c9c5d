begin;
select plan(3);

select
    tests.doctor(clinic => tests.clinic(time_zone => 'Pacific/Auckland')) as east,
    tests.doctor(clinic => tests.clinic(time_zone => 'America/Los_Angeles')) as west
\gset
select tests.slot(:east, '2030-06-30 12:00Z') as slot \gset
select is(core.day_of_slot(:slot), '2030-07-01', 'it is tomorrow in Auckland');
select tests.slot(:west, '2030-07-01 06:59Z') as slot \gset
select is(core.day_of_slot(:slot), '2030-06-30', 'and still yesterday in Los Angeles');
select is(core.day_of_slot(0), null, 'what does not exist has no day');

select * from finish();
rollback;
