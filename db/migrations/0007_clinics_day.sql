-- What the documentation of the whole says, and of each topic (a folder below db/functions/api).
comment on schema api is
'Appointments with doctors: look for a free slot, book it, pay for it, move it, cancel it. A guest
may book without an account; the answer then carries a `manage_token`, and whoever shows that may
see, pay, move and cancel the booking.

bookings: Seats of a slot that a patient holds, from booking to cancellation.
waitlist: Who gets a seat of a full slot when one comes free.
visits: The day of the visit: who is there, who is next, who did not come.
slots: When a doctor can be seen, and how many seats are free.
availability: The hours from which slots are made, and the days without any.
doctors: Who can be seen, where and at what price.
payments: What is paid for a booking, and by whose hands.
refunds: What is owed back.
clinics: The places that doctors work for, with their time zones and policies.
accounts: Who may log in, and how.
system: How the service is doing.';

grant usage on schema api, data to slotkeeper_clerk;

create type data.payment_terms as enum ('PREPAID', 'AT_VISIT');
create type data.canceller as enum ('PATIENT', 'STAFF');

alter table data.clinic
add column payment_terms data.payment_terms not null default 'PREPAID',
add column booking_notice_minutes integer not null default 0
constraint clinic_booking_notice_range check (booking_notice_minutes between 0 and 525600),
add column booking_horizon_days integer not null default 365
constraint clinic_booking_horizon_range check (booking_horizon_days between 1 and 3650),
add column unpaid_limit integer not null default 10
constraint clinic_unpaid_limit_range check (unpaid_limit between 1 and 1000000),
add column overlap_allowed boolean not null default true,
add column waitlist_offer_seconds integer not null default 900
constraint clinic_waitlist_offer_range check (waitlist_offer_seconds between 1 and 604800),
add column horizon_days integer not null default 60
constraint clinic_horizon_range check (horizon_days between 1 and 730);
comment on column data.clinic.payment_terms is
'PREPAID: a booking is held until it is paid. AT_VISIT: it is confirmed at once and paid any time.';
comment on column data.clinic.booking_notice_minutes is
'How long before its start a slot can be booked at the latest.';
comment on column data.clinic.booking_horizon_days is
'How long before its start a slot can be booked at the earliest.';
comment on column data.clinic.unpaid_limit is
'How many live bookings to come, with nothing paid, one account or a guest''s address may have.';
comment on column data.clinic.overlap_allowed is
'Whether one account, or a guest''s address, may book times that overlap.';
comment on column data.clinic.waitlist_offer_seconds is
'How long a seat that came free is kept for whoever waited for it.';
comment on column data.clinic.horizon_days is 'For how many days slots are made from weekly hours.';

alter table data.account
add column clinic_id bigint
constraint account_clinic_fkey references data.clinic (id) on delete restrict,
add constraint account_clerk_has_clinic check ((role = 'clerk') = (clinic_id is not null));
comment on column data.account.clinic_id is 'Where a clerk works.';
create index account_clinic_idx on data.account (clinic_id) where clinic_id is not null;

alter table data.booking
add column payment_terms data.payment_terms not null default 'PREPAID',
add column booked_by_id bigint
constraint booking_booked_by_fkey references data.account (id) on delete restrict,
add column booked_by_role data.account_role,
add column checked_in_at timestamptz,
add column completed_at timestamptz,
add column cancelled_by data.canceller,
add column cancellation_reason data.note;
comment on column data.booking.payment_terms is
'Those of the clinic when this was booked: whether it is held until paid, or paid any time.';
comment on column data.booking.booked_by_id is
'The account of the staff who made it for the patient; null where the patient did.';
comment on column data.booking.booked_by_role is
'As what they made it; also without an account, for a DBA. Null where the patient made it.';
create index booking_booked_by_idx on data.booking (booked_by_id) where booked_by_id is not null;
