-- What a policy may be, so that an argument is checked by the rule that its column has.
create domain data.hold_seconds as integer
constraint hold_seconds_range check (value >= 1 and value <= 86400);
comment on domain data.hold_seconds is 'How long an unpaid booking keeps its seats. Example: 120.';

create domain data.notice_minutes as integer
constraint notice_minutes_range check (value >= 0 and value <= 525600);
comment on domain data.notice_minutes is 'A time before the start of a slot, in minutes.';

create domain data.booking_days as integer
constraint booking_days_range check (value >= 1 and value <= 3650);
comment on domain data.booking_days is 'How many days ahead may be booked. Example: 365.';

create domain data.unpaid_limit as integer
constraint unpaid_limit_range check (value >= 1 and value <= 1000000);
comment on domain data.unpaid_limit is 'How many bookings may be unpaid at a time. Example: 10.';

create domain data.offer_seconds as integer
constraint offer_seconds_range check (value >= 1 and value <= 604800);
comment on domain data.offer_seconds is 'How long an offered seat is kept. Example: 900.';

create domain data.slot_days as integer
constraint slot_days_range check (value >= 1 and value <= 730);
comment on domain data.slot_days is 'For how many days ahead slots are made. Example: 60.';

-- As an argument a zone may be absent, which data.time_zone does not let be.
create domain data.zone_name as text
constraint zone_name_form check (value ~ '^[A-Za-z0-9_+/-]{1,100}$');
comment on domain data.zone_name is 'A time zone of the IANA database. Example: Europe/Paris.';

-- The reload that follows brings back the view and the functions that return it.
drop view if exists api.clinic cascade;
alter table data.clinic
drop constraint clinic_hold_seconds_range,
drop constraint clinic_booking_notice_range,
drop constraint clinic_booking_horizon_range,
drop constraint clinic_unpaid_limit_range,
drop constraint clinic_waitlist_offer_range,
drop constraint clinic_horizon_range,
alter column hold_seconds type data.hold_seconds,
alter column booking_notice_minutes type data.notice_minutes,
alter column booking_horizon_days type data.booking_days,
alter column unpaid_limit type data.unpaid_limit,
alter column waitlist_offer_seconds type data.offer_seconds,
alter column horizon_days type data.slot_days;

-- A random UUID has 122 random bits: three of them make more than the 256 that are kept.
alter table data.setting
add column token_secret bytea not null default sha256(
    uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
)
constraint setting_token_secret_length check (octet_length(token_secret) >= 32);
comment on column data.setting.token_secret is
'From it tokens are derived that can be shown again, though only their hashes are kept.';

-- By core.owner_of: who is counted for it.
create index booking_owner_live_idx
on data.booking (coalesce(account_id::text, lower(patient_email))) where live;
