-- core.mark_days tells which changes mark what.
begin;
select plan(2);

select tests.booking(tests.slot(tests.doctor())) as booking \gset
delete from data.stale_day;
select core.mark_stale(array[]::data.change[]);
select is_empty('table data.stale_day', 'nothing has changed');
select core.mark_stale(array(select c from data.change as c where c.entity = 'booking'));
select results_eq(
    'select s.doctor_id, s.local_date from data.stale_day as s',
    format(
        'select s.doctor_id, s.local_date from data.slot as s
         join data.booking as b on b.slot_id = s.id where b.id = %s', :booking
    ),
    'the day of a booking that was made'
);

select * from finish();
rollback;
