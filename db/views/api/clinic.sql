create or replace view api.clinic as
select c.id, c.name, c.time_zone, c.currency, c.hold_seconds, c.cancellation_notice_hours
from data.clinic as c;

comment on view api.clinic is
'Where doctors work: the zone of their hours and the terms of their bookings.';
comment on column api.clinic.id is '! Identifies the clinic.';
comment on column api.clinic.name is '! Name of the clinic.';
comment on column api.clinic.time_zone is
'! The zone of its days and hours (IANA time zone database).';
comment on column api.clinic.currency is '! Currency of its fees (ISO 4217).';
comment on column api.clinic.hold_seconds is '! How long an unpaid booking keeps its seats.';
comment on column api.clinic.cancellation_notice_hours is
'! A patient who cancels at least this long before the start gets the money back.';
