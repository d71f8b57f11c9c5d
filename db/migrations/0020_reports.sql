-- The day that reports are cut by. It is written by a trigger, which is not there yet: what is
-- there already gets its day now, and what others add until then from the due work.
alter table data.slot add column local_date date;
comment on column data.slot.local_date is
'The day on which it starts, in the zone of the clinic.';
alter table data.slot disable trigger user;
update data.slot as s
set local_date = (s.start_time at time zone c.time_zone)::date
from data.doctor as d
join data.clinic as c on c.id = d.clinic_id
where d.id = s.doctor_id;
alter table data.slot enable trigger user;
create index slot_local_date_idx on data.slot (local_date);

create index payment_settled_at_idx on data.payment (settled_at) where captured_amount > 0;
create index refund_created_at_idx on data.refund (created_at);
create index refund_done_at_idx on data.refund (done_at) where done_at is not null;

alter table data.setting add column pseudonym_secret bytea not null default sha256(
    uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
) constraint setting_pseudonym_secret_length check (octet_length(pseudonym_secret) >= 32);
comment on column data.setting.pseudonym_secret is
'From it follows by which name reports call a patient, and nobody else can tell who that is.';

create table data.report_day (
    doctor_id bigint not null
    constraint report_day_doctor_fkey references data.doctor (id) on delete cascade,
    local_date date not null,
    slots integer not null,
    deleted_slots integer not null,
    minutes_offered integer not null,
    minutes_booked integer not null,
    seats_offered integer not null,
    seats_taken integer not null,
    pending integer not null,
    confirmed integer not null,
    failed integer not null,
    cancelled integer not null,
    checked_in integer not null,
    completed integer not null,
    no_show integer not null,
    guests integer not null,
    cancelled_late integer not null,
    cancelled_by_patient integer[] not null,
    cancelled_by_staff integer[] not null,
    lead_minutes bigint not null,
    first_visits integer not null,
    waited integer not null,
    offered integer not null,
    accepted integer not null,
    constraint report_day_pkey primary key (doctor_id, local_date)
);
comment on table data.report_day is
'What the visits of a doctor''s day come to, counted by the due work: core.count_days. Years are too
much to be counted whenever somebody looks.';
comment on column data.report_day.local_date is
'The day of the visits, in the zone of the clinic.';
comment on column data.report_day.minutes_offered is
'The time for which there was a slot, one that was deleted since, too; none counts twice.';
comment on column data.report_day.minutes_booked is
'How much of it is in slots that somebody has booked, and not cancelled.';
comment on column data.report_day.seats_offered is
'Seats of slots that stand, or were deleted when they had been used.';
comment on column data.report_day.seats_taken is 'Those that are booked, and not cancelled.';
comment on column data.report_day.cancelled_late is
'Of those cancelled: later than the notice that was agreed on.';
comment on column data.report_day.cancelled_by_patient is
'How many with less than 2 hours to go, less than 24 hours, less than 7 days, and more.';
comment on column data.report_day.cancelled_by_staff is 'Likewise.';
comment on column data.report_day.lead_minutes is
'From booking to visit, summed up over all bookings but those that failed.';
comment on column data.report_day.first_visits is
'Of those completed: the patient''s first one in this clinic.';
comment on column data.report_day.waited is 'Entries of waiting lists.';
comment on column data.report_day.offered is 'Of these: who was offered seats.';
comment on column data.report_day.accepted is 'Of these: who took them.';
create index report_day_local_date_idx on data.report_day (local_date);

create table data.report_money (
    doctor_id bigint not null
    constraint report_money_doctor_fkey references data.doctor (id) on delete cascade,
    local_date date not null,
    currency data.currency not null,
    captured numeric(16, 2) not null,
    surplus numeric(16, 2) not null,
    owed_back numeric(16, 2) not null,
    paid_back numeric(16, 2) not null,
    constraint report_money_pkey primary key (doctor_id, local_date, currency)
);
comment on table data.report_money is
'What was taken and given back on a day for visits to a doctor, whenever these are; counted by the
due work: core.count_money.';
comment on column data.report_money.local_date is
'The day on which the money moved, in the zone of the clinic.';
comment on column data.report_money.captured is 'What was taken.';
comment on column data.report_money.surplus is
'What of it was for nothing, such as twice, less what of such began to be owed back.';
comment on column data.report_money.owed_back is 'What began to be owed back on the day.';
comment on column data.report_money.paid_back is 'What was given back on the day.';
create index report_money_local_date_idx on data.report_money (local_date);

create table data.stale_day (
    doctor_id bigint not null
    constraint stale_day_doctor_fkey references data.doctor (id) on delete cascade,
    local_date date not null,
    constraint stale_day_pkey primary key (doctor_id, local_date)
);
comment on table data.stale_day is 'Which rows of report_day are to be counted anew.';

create table data.stale_doctor (
    doctor_id bigint constraint stale_doctor_pkey primary key
    constraint stale_doctor_doctor_fkey references data.doctor (id) on delete cascade
);
comment on table data.stale_doctor is 'Whose slots are to have their day anew: core.date_slots.';

create table data.stale_money (
    local_date date not null constraint stale_money_pkey primary key
);
comment on table data.stale_money is
'Of which days, in the zone of whatever clinic, the money is to be counted anew, that of all
doctors.';

create table data.report_state (
    singleton boolean not null default true constraint report_state_pkey primary key
    constraint report_state_one_row check (singleton),
    begun_at timestamptz,
    horizon xid8,
    as_of timestamptz
);
comment on table data.report_state is 'How far counting has come.';
comment on column data.report_state.begun_at is 'When the due work last began to count.';
comment on column data.report_state.horizon is
'The transaction in which it did: what happened before was done by older ones.';
comment on column data.report_state.as_of is
'Until when everything is counted; null where that was never so.';
insert into data.report_state (singleton) values (true);

insert into data.event_reader (name) values ('reports');
insert into data.stale_day (doctor_id, local_date)
select distinct s.doctor_id, s.local_date from data.slot as s;
insert into data.stale_money (local_date)
select distinct (t.instant at time zone 'UTC')::date + n
from (
    select p.settled_at as instant from data.payment as p where p.captured_amount > 0
    union all
    select r.created_at from data.refund as r
    union all
    select r.done_at from data.refund as r where r.done_at is not null
) as t
cross join generate_series(-1, 1) as n;

create type api.status_count as (status data.booking_status, bookings integer);
comment on type api.status_count is 'How many bookings have a status.';
comment on column api.status_count.status is '! What became of them.';
comment on column api.status_count.bookings is '! How many.';

create type api.notice_count as (
    notice text, by_patient integer, by_staff integer
);
comment on type api.notice_count is 'How many bookings were cancelled, and how long before.';
comment on column api.notice_count.notice is
'! How long before the visit: UNDER_2_HOURS, UNDER_24_HOURS, UNDER_7_DAYS, 7_DAYS_OR_MORE.';
comment on column api.notice_count.by_patient is '! By patients.';
comment on column api.notice_count.by_staff is '! By staff.';

create type api.money_figures as (
    currency data.currency, captured numeric, refunded numeric, revenue numeric
);
comment on type api.money_figures is 'What was taken and given back.';
comment on column api.money_figures.currency is '! Of these amounts (ISO 4217).';
comment on column api.money_figures.captured is '! Taken, also what was owed back at once.';
comment on column api.money_figures.refunded is '! Given back, or owed.';
comment on column api.money_figures.revenue is '! What is left.';

create type api.day_figures as (
    "date" date, bookings integer, completed integer, cancelled integer, no_shows integer,
    no_show_rate numeric, minutes_offered integer, minutes_booked integer, utilisation numeric
);
comment on type api.day_figures is 'A day, in the zones of the clinics.';
comment on column api.day_figures."date" is '! Which one.';
comment on column api.day_figures.bookings is '! For visits on the day, whatever became of them.';
comment on column api.day_figures.completed is '! Of these: who was seen.';
comment on column api.day_figures.cancelled is '! Of these: cancelled.';
comment on column api.day_figures.no_shows is '! Of these: who did not come.';
comment on column api.day_figures.no_show_rate is
'Of those who were to come, the share that did not; null where nobody was. Example: 0.05.';
comment on column api.day_figures.minutes_offered is
'! The time for which there were slots, also such as were deleted since.';
comment on column api.day_figures.minutes_booked is '! Of this: booked, and not cancelled.';
comment on column api.day_figures.utilisation is 'The share of that. Example: 0.87.';

create type api.doctor_figures as (
    doctor_id bigint, doctor_name data.label, clinic_id bigint, bookings integer,
    completed integer, cancelled integer, no_shows integer, no_show_rate numeric,
    minutes_offered integer, minutes_booked integer, utilisation numeric, lead_hours numeric,
    currency data.currency, revenue numeric
);
comment on type api.doctor_figures is 'A doctor, over all of these days.';
comment on column api.doctor_figures.doctor_id is '! Which one.';
comment on column api.doctor_figures.doctor_name is '! The name.';
comment on column api.doctor_figures.clinic_id is '! Where the doctor works.';
comment on column api.doctor_figures.bookings is '! For visits on these days.';
comment on column api.doctor_figures.completed is '! Of these: who was seen.';
comment on column api.doctor_figures.cancelled is '! Of these: cancelled.';
comment on column api.doctor_figures.no_shows is '! Of these: who did not come.';
comment on column api.doctor_figures.no_show_rate is
'Of those who were to come, the share that did not; null where nobody was. Example: 0.05.';
comment on column api.doctor_figures.minutes_offered is
'! The time for which there were slots, also such as were deleted since.';
comment on column api.doctor_figures.minutes_booked is '! Of this: booked, and not cancelled.';
comment on column api.doctor_figures.utilisation is 'The share of that. Example: 0.87.';
comment on column api.doctor_figures.lead_hours is
'How long before the visit one books, on average. Example: 77.5.';
comment on column api.doctor_figures.currency is '! That of the clinic (ISO 4217).';
comment on column api.doctor_figures.revenue is
'! Taken on these days less what was given back or began to be owed, in that currency.';

create type api.dated_money as (
    "date" date, currency data.currency, captured numeric, refunded numeric, revenue numeric
);
comment on type api.dated_money is 'What was taken and given back on a day.';
comment on column api.dated_money."date" is '! Which one, in the zones of the clinics.';
comment on column api.dated_money.currency is '! Of these amounts (ISO 4217).';
comment on column api.dated_money.captured is '! Taken, also what was owed back at once.';
comment on column api.dated_money.refunded is '! Given back, or owed.';
comment on column api.dated_money.revenue is '! What is left.';

create type api.analytics as (
    "from" date, "to" date, as_of timestamptz, bookings integer, no_show_rate numeric,
    utilisation numeric, lead_hours numeric, cancelled_late integer, waited integer,
    waitlist_conversion numeric, first_visits integer, later_visits integer,
    by_status api.status_count array, cancellations api.notice_count array,
    money api.money_figures array,
    by_day api.day_figures array, money_by_day api.dated_money array,
    by_doctor api.doctor_figures array
);
comment on type api.analytics is 'What some days come to, as a chart takes it.';
comment on column api.analytics."from" is '! The first day, in the zones of the clinics.';
comment on column api.analytics."to" is '! The last day.';
comment on column api.analytics.as_of is
'Everything until then is counted, and maybe more; null where that was never so.';
comment on column api.analytics.bookings is '! For visits on these days, whatever became of them.';
comment on column api.analytics.no_show_rate is
'Of those who were to come, the share that did not; null where nobody was. Example: 0.05.';
comment on column api.analytics.utilisation is
'Of the time for which there were slots, the share that is booked. Example: 0.87.';
comment on column api.analytics.lead_hours is
'How long before the visit one books, on average. Example: 77.5.';
comment on column api.analytics.cancelled_late is
'! How many were cancelled later than the notice that was agreed on.';
comment on column api.analytics.waited is '! How many waited for full slots of these days.';
comment on column api.analytics.waitlist_conversion is
'Of these, the share that got seats. Example: 0.4.';
comment on column api.analytics.first_visits is
'! How many were seen in a clinic for the first time.';
comment on column api.analytics.later_visits is '! How many had been there before.';
comment on column api.analytics.by_status is '! Bookings by status: all of them, in this order.';
comment on column api.analytics.cancellations is
'! Cancelled bookings by notice, and by whom: all notices, in this order.';
comment on column api.analytics.money is
'! What was taken and given back on these days, whenever the visits are, by currency.';
comment on column api.analytics.by_day is '! Each day, in their order, also without any booking.';
comment on column api.analytics.money_by_day is '! Days on which money moved, by currency.';
comment on column api.analytics.by_doctor is '! Each doctor who had slots or money, by id.';

comment on schema report is
'For reporting tools, read by slotkeeper_report alone, naming no patient. Of this moment: booking,
slot, payment, doctor. Counted by the due work, a minute or two behind, so that a month of many
millions is there at once: outcome, utilisation, revenue, ledger, balance, cancellation, waitlist,
returning_patient; their as_of tells until when.';
