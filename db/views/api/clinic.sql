create or replace view api.clinic as
select
    c.id, c.name, c.time_zone, c.currency, c.hold_seconds, c.payment_terms,
    c.booking_notice_minutes, c.booking_horizon_days, c.cancellation_notice_hours,
    c.unpaid_limit, c.overlap_allowed, c.waitlist_offer_seconds, c.horizon_days,
    c.payment_provider
from data.clinic as c;

comment on view api.clinic is
'Where doctors work: the zone of their hours and the terms of their bookings.';
comment on column api.clinic.id is '! Identifies the clinic.';
comment on column api.clinic.name is '! Name of the clinic.';
comment on column api.clinic.time_zone is
'! The zone of its days and hours (IANA time zone database).';
comment on column api.clinic.currency is '! Currency of its fees (ISO 4217).';
comment on column api.clinic.hold_seconds is '! How long an unpaid booking keeps its seats.';
comment on column api.clinic.payment_terms is
'! PREPAID: a booking is held until it is paid. AT_VISIT: it is confirmed at once, paid any time.';
comment on column api.clinic.booking_notice_minutes is
'! How long before its start a slot can be booked at the latest.';
comment on column api.clinic.booking_horizon_days is
'! How long before its start a slot can be booked at the earliest.';
comment on column api.clinic.cancellation_notice_hours is
'! A patient who cancels at least this long before the start gets the money back.';
comment on column api.clinic.unpaid_limit is
'! How many live bookings to come, with nothing paid, one account or a guest''s address may have.';
comment on column api.clinic.overlap_allowed is
'! Whether one account, or a guest''s address, may book times that overlap.';
comment on column api.clinic.waitlist_offer_seconds is
'! How long a seat that came free is kept for whoever waited for it.';
comment on column api.clinic.horizon_days is
'! For how many days slots are made from weekly hours.';
comment on column api.clinic.payment_provider is
'Who takes the payments that name no provider; null: they are simulated.';
