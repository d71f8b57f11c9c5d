begin;
select plan(2);

select tests.clinic(time_zone => 'Pacific/Auckland') as clinic \gset
select tests.slot(tests.doctor(clinic => :clinic), '2100-06-01 23:30Z') as slot \gset
select tests.slot(tests.doctor(), '2100-06-01 23:30Z') as other \gset
update data.clinic as c set time_zone = 'America/New_York' where c.id = :clinic;
select is(
    (select s.local_date from data.slot as s where s.id = :slot), '2100-06-01',
    'with the zone of the clinic changes the day of its slots'
);
select is(
    (select count(*) from data.change as c where c.entity = 'slot' and c.entity_id = :other),
    1::bigint, 'others are left alone'
);

select * from finish();
rollback;
