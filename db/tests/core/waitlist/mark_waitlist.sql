begin;
select plan(6);

select tests.slot(tests.doctor()) as slot \gset
create function pg_temp.marked() returns boolean
language sql
as 'select bool_or(s.has_waitlist) from data.slot as s';

select is(pg_temp.marked(), false, 'nobody waits for a new slot');
select tests.waitlist_entry(:slot) as w1 \gset
select is(pg_temp.marked(), true, 'who waits marks it');
select tests.waitlist_entry(:slot) as w2 \gset
select is(pg_temp.marked(), true, 'who waits too changes nothing');
update data.waitlist_entry as w set ended_at = clock_timestamp() where w.id = :w1;
select is(pg_temp.marked(), true, 'nor does who leaves while others wait');
update data.waitlist_entry as w set patient_name = 'Bea' where w.id = :w2;
select is(pg_temp.marked(), true, 'or what has another name');
update data.waitlist_entry as w set booking_id = tests.booking(:slot) where w.id = :w2;
select is(pg_temp.marked(), false, 'the last one takes the mark away');

select * from finish();
rollback;
