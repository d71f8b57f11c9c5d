create or replace view report.cancellation as
select
    r.doctor_id, d.clinic_id, r.local_date,
    n.cancelled_by, n.notice, n.bookings,
    (select t.as_of from data.report_state as t) as as_of
from data.report_day as r
join data.doctor as d on d.id = r.doctor_id
cross join lateral (
    select
        w.cancelled_by,
        ('{UNDER_2_HOURS,UNDER_24_HOURS,UNDER_7_DAYS,7_DAYS_OR_MORE}'::text[])[c.place] as notice,
        c.bookings
    from (
        values
        (data.canceller 'PATIENT', r.cancelled_by_patient), ('STAFF', r.cancelled_by_staff)
    ) as w (cancelled_by, counts)
    cross join lateral unnest(w.counts) with ordinality as c (bookings, place)
) as n
where n.bookings > 0;

comment on view report.cancellation is
'By whom and how long before the visit bookings were cancelled. Counted by the due work.';
comment on column report.cancellation.doctor_id is 'Which doctor (report.doctor).';
comment on column report.cancellation.clinic_id is 'The clinic of the doctor.';
comment on column report.cancellation.local_date is
'The day of the visits, in the zone of the clinic. An index finds days.';
comment on column report.cancellation.cancelled_by is
'PATIENT or STAFF; PATIENT, too, where it was not written down.';
comment on column report.cancellation.notice is
'How long before the visit: UNDER_2_HOURS, UNDER_24_HOURS, UNDER_7_DAYS, 7_DAYS_OR_MORE; each counts
once, under the shortest.';
comment on column report.cancellation.bookings is 'How many; never 0.';
comment on column report.cancellation.as_of is
'Everything until then is counted, and maybe more; null where that was never so.';

grant select on report.cancellation to slotkeeper_report;
