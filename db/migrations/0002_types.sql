create domain data.label as text
constraint label_length check (char_length(value) >= 1 and char_length(value) <= 200)
constraint label_visible check (value ~ '\S');
comment on domain data.label is
'A text of up to 200 characters that is not blank. Example: Ann Lee.';

create domain data.email as text
constraint email_length check (char_length(value) <= 254)
constraint email_form check (value ~ '^[^@\s]+@[^@\s.]+\.[^@\s]+$');
comment on domain data.email is 'An email address. Example: ann@example.com.';

create domain data.phone as text
constraint phone_form check (value ~ '^[0-9+(). /-]{3,40}$');
comment on domain data.phone is
'A telephone number: digits, spaces and + ( ) . / - Example: +1 555 0100.';

create domain data.note as text
constraint note_length check (char_length(value) <= 2000);
comment on domain data.note is 'A text of up to 2,000 characters.';

create domain data.seat_count as integer
constraint seat_count_range check (value >= 1 and value <= 1000);
comment on domain data.seat_count is 'A number of seats.';

-- An empty multirange would pass an exclusion constraint, one without ends every comparison.
create domain data.seat_set as int4multirange
constraint seat_set_bounded check (not (isempty(value) or lower_inf(value) or upper_inf(value)));
comment on domain data.seat_set is 'Numbers of seats within a slot, from 1.';

create domain data.token_hash as bytea
constraint token_hash_length check (octet_length(value) = 32);
comment on domain data.token_hash is 'SHA-256 of a secret that only its holder knows.';

create domain data.minutes as integer
constraint minutes_range check (value >= 1 and value <= 1440);
comment on domain data.minutes is 'A duration in minutes. Example: 30.';

create domain data.notice_hours as integer
constraint notice_hours_range check (value >= 0 and value <= 8760);
comment on domain data.notice_hours is 'A time before the start of a slot, in hours.';

create domain data.page_size as integer
constraint page_size_range check (value >= 1 and value <= 500);
comment on domain data.page_size is 'How many rows at the most.';

-- An upper bound also keeps NaN out, which numeric sorts above every number.
create domain data.fee as numeric(10, 2)
constraint fee_range check (value >= 0 and value <= 99999999.99);
comment on domain data.fee is 'Price of one seat, in the currency of the clinic.';

create domain data.money as numeric(14, 2)
constraint money_range check (value >= 0 and value <= 999999999999.99);
comment on domain data.money is 'An amount in the currency beside it.';

create domain data.rating as numeric(2, 1)
constraint rating_range check (value >= 0 and value <= 5);
comment on domain data.rating is 'A rating out of five.';

create domain data.experience_years as integer
constraint experience_years_range check (value >= 0 and value <= 100);
comment on domain data.experience_years is 'Years of practice.';

create domain data.currency as text
constraint currency_form check (value ~ '^[A-Z]{3}$');
comment on domain data.currency is 'A currency code of ISO 4217. Example: EUR.';

-- PostgreSQL also takes abbreviations and POSIX rules, which know no history.
create domain data.time_zone as text
constraint time_zone_form check (value ~ '^([A-Za-z_]+(/[A-Za-z0-9_+-]+)+|UTC)$')
constraint time_zone_known check (
    timezone(value, timestamptz '2000-01-01 00:00:00+00') is not null
);
comment on domain data.time_zone is 'A time zone of the IANA database. Example: Europe/Paris.';

create type data.account_role as enum ('patient', 'doctor', 'admin');
create domain data.open_role as data.account_role;
comment on domain data.open_role is 'What anybody may register as. Offered: patient, doctor.';
create type data.account_status as enum ('ACTIVE', 'PENDING_APPROVAL');
create type data.consultation_type as enum ('ONLINE', 'OFFLINE', 'BOTH');
create type data.slot_status as enum ('AVAILABLE', 'HELD', 'BOOKED', 'PAST');
create type data.booking_status as enum (
    'PENDING', 'CONFIRMED', 'FAILED', 'CANCELLED', 'CHECKED_IN', 'COMPLETED', 'NO_SHOW'
);
create type data.booking_payment_status as enum (
    'NONE', 'DUE', 'SUCCEEDED', 'FAILED', 'REFUND_DUE', 'REFUNDED'
);
create type data.payment_status as enum ('PENDING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'SURPLUS');
create type data.refund_status as enum ('DUE', 'SENT', 'DONE', 'FAILED');

-- What functions of sessions tell the server. Without `active` there is no session; `error` is a
-- code.
create type core.session as (
    id bigint, name text, email text, role text, status text, active boolean, error text
);

create type api.bulk_result as (created integer, skipped integer);
comment on type api.bulk_result is 'What a creation in bulk did.';
comment on column api.bulk_result.created is '! How many slots it made.';
comment on column api.bulk_result.skipped is
'! How many it left out since they overlap a slot or lie in the past.';
