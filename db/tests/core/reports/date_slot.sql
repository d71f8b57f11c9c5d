begin;
select plan(4);

select tests.clinic(time_zone => 'Pacific/Auckland') as clinic \gset
select tests.doctor(clinic => :clinic) as doctor \gset
select tests.slot(:doctor, '2100-06-01 23:30Z') as slot \gset
select is(
    (select s.local_date from data.slot as s where s.id = :slot), '2100-06-02',
    'a slot knows its day in the zone of the clinic'
);
update data.slot as s
set start_time = '2100-06-01 11:30Z', end_time = '2100-06-01 11:45Z'
where s.id = :slot;
select is(
    (select s.local_date from data.slot as s where s.id = :slot), '2100-06-01', 'also when moved'
);
update data.slot as s set local_date = '2000-01-01' where s.id = :slot;
select is(
    (select s.local_date from data.slot as s where s.id = :slot), '2100-06-01',
    'whatever is written'
);
select is(
    (select s.local_date from data.slot as s where s.id = :slot), core.day_of_slot(:slot),
    'which is what lists of a date go by'
);

select * from finish();
rollback;
