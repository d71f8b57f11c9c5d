begin;
select plan(7);

select tests.slot(tests.doctor(), '2100-06-01 10:00Z') as slot \gset
insert into data.stale_day (doctor_id, local_date)
select s.doctor_id, s.local_date from data.slot as s where s.id = :slot;
select is(core.keep_reports(100, interval '1 minute'), 0, 'it does not ask to be called again');
select is((select count(*) from data.report_day), 1::bigint, 'what is to be counted is');
select ok((select s.begun_at = now() from data.report_state as s), 'and it is known when');
update data.report_state as s set begun_at = now() - interval '30 seconds';
select core.keep_reports(100, interval '1 minute');
select ok((select s.begun_at < now() from data.report_state as s), 'for a while it rests');
-- What nobody has dated, as there was no trigger yet.
set local session_replication_role = replica;
update data.slot as s set local_date = null where s.id = :slot;
set local session_replication_role = origin;
insert into data.stale_doctor (doctor_id) select s.doctor_id from data.slot as s;
select is(core.keep_reports(100, interval '0'), 1, 'but where slots are dated it does');
select is(
    (select s.local_date from data.slot as s where s.id = :slot), '2100-06-01',
    'a slot without a day gets one'
);
select is(
    (select s.as_of from data.report_state as s), null,
    'what happens in this transaction is not counted yet, and that is told'
);

select * from finish();
rollback;
