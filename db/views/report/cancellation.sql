create or replace view report.cancellation as
select
    r.doctor_id, r.clinic_id, r.local_date,
    n.cancelled_by, n.notice, n.bookings, r.as_of
from core.report_day as r
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
comment on column report.cancellation.cancelled_by is
'PATIENT or STAFF; PATIENT, too, where it was not written down.';
comment on column report.cancellation.notice is
'How long before the visit: UNDER_2_HOURS, UNDER_24_HOURS, UNDER_7_DAYS, 7_DAYS_OR_MORE; each counts
once, under the shortest.';
comment on column report.cancellation.bookings is 'How many; never 0.';

grant select on report.cancellation to slotkeeper_report;
