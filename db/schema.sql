-- The types and tables as the migrations make them: written by `make schema`, proven equal by
-- `make check`. Triggers stand with their functions, below db/functions/core.

create type data.account_role as enum (
    'patient', 'doctor', 'clerk', 'admin'
);

create type data.account_status as enum (
    'ACTIVE', 'PENDING_APPROVAL', 'SUSPENDED', 'REJECTED', 'ERASED'
);

create type data.consultation_type as enum (
    'ONLINE', 'OFFLINE', 'BOTH'
);

create type data.slot_status as enum (
    'AVAILABLE', 'HELD', 'BOOKED', 'PAST'
);

create type data.booking_status as enum (
    'PENDING', 'CONFIRMED', 'FAILED', 'CANCELLED', 'CHECKED_IN', 'COMPLETED', 'NO_SHOW'
);

create type data.booking_payment_status as enum (
    'NONE', 'DUE', 'SUCCEEDED', 'FAILED', 'REFUND_DUE', 'REFUNDED'
);

create type data.payment_status as enum (
    'PENDING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'SURPLUS'
);

create type data.refund_status as enum (
    'DUE', 'SENT', 'DONE', 'FAILED'
);

create type data.payment_terms as enum (
    'PREPAID', 'AT_VISIT'
);

create type data.canceller as enum (
    'PATIENT', 'STAFF'
);

-- created_at: the newest first. start_time: in the order of the day.
create type data.booking_order as enum (
    'created_at', 'start_time'
);

-- Whether a visit is still to start.
create type data.visit_time as enum (
    'upcoming', 'past'
);

create type data.payment_method as enum (
    'CASH', 'CARD', 'TRANSFER'
);

create type data.payment_outcome as enum (
    'SUCCEEDED', 'FAILED'
);

create type data.waitlist_status as enum (
    'WAITING', 'OFFERED', 'BOOKED', 'ENDED'
);

create type data.event as enum (
    'booking.held', 'booking.confirmed', 'booking.moved', 'booking.seats_given_back',
        'booking.cancelled', 'booking.expired', 'booking.declined', 'booking.checked_in',
        'booking.completed', 'booking.no_show', 'booking.reminder', 'waitlist.offered',
        'refund.due', 'refund.done'
);

create type data.token_purpose as enum (
    'RESET', 'INVITATION', 'VERIFICATION'
);

create type data.record_kind as enum (
    'HISTORY', 'VISIT_NOTE', 'PRESCRIPTION'
);

create type data.privacy_request_kind as enum (
    'EXPORT', 'ERASURE'
);

create type data.message_status as enum (
    'PENDING', 'SENT', 'FAILED'
);

create type data.delivery_status as enum (
    'PENDING', 'DELIVERED', 'FAILED'
);

-- A line of up to 200 characters that is not blank. Example: Ann Lee.
create domain data.label as text
    constraint label_length check (char_length(value) >= 1 and char_length(value) <= 200)
    constraint label_one_line check (value ~ '^[^\u0001-\u001f\u007f-\u009f\u2028\u2029]*$') not
        valid
    constraint label_visible check (value ~ '\S');

-- An email address. Example: ann@example.com.
create domain data.email as text
    constraint email_form check (value ~ '^[^@\s]+@[^@\s.]+\.[^@\s]+$')
    constraint email_length check (char_length(value) <= 254);

-- A telephone number: digits, spaces and + ( ) . / - Example: +1 555 0100.
create domain data.phone as text
    constraint phone_form check (value ~ '^[0-9+(). /-]{3,40}$');

-- A text of up to 2,000 characters.
create domain data.note as text
    constraint note_length check (char_length(value) <= 2000);

-- A number of seats.
create domain data.seat_count as integer
    constraint seat_count_range check (value >= 1 and value <= 1000);

-- Numbers of seats within a slot, from 1.
create domain data.seat_set as int4multirange
    constraint seat_set_bounded check (not (isempty(value) or lower_inf(value) or
        upper_inf(value)));

-- SHA-256 of a secret that only its holder knows.
create domain data.token_hash as bytea
    constraint token_hash_length check (octet_length(value) = 32);

-- A duration in minutes. Example: 30.
create domain data.minutes as integer
    constraint minutes_range check (value >= 1 and value <= 1440);

-- A time before the start of a slot, in hours.
create domain data.notice_hours as integer
    constraint notice_hours_range check (value >= 0 and value <= 8760);

-- How many rows at the most.
create domain data.page_size as integer
    constraint page_size_range check (value >= 1 and value <= 500);

-- Price of one seat, in the currency of the clinic.
create domain data.fee as numeric(10,2)
    constraint fee_range check (value >= 0::numeric and value <= 99999999.99);

-- An amount in the currency beside it.
create domain data.money as numeric(14,2)
    constraint money_range check (value >= 0::numeric and value <= 999999999999.99);

-- A rating out of five.
create domain data.rating as numeric(2,1)
    constraint rating_range check (value >= 0::numeric and value <= 5::numeric);

-- Years of practice.
create domain data.experience_years as integer
    constraint experience_years_range check (value >= 0 and value <= 100);

-- A currency code of ISO 4217. Example: EUR.
create domain data.currency as text
    constraint currency_form check (value ~ '^[A-Z]{3}$');

-- A time zone of the IANA database. Example: Europe/Paris.
create domain data.time_zone as text
    constraint time_zone_form check (value ~ '^([A-Za-z_]+(/[A-Za-z0-9_+-]+)+|UTC)$')
    constraint time_zone_known check (timezone(value, '2000-01-01 00:00:00+00') is not null);

-- What anybody may register as. Offered: patient, doctor.
create domain data.open_role as data.account_role;

-- How long an unpaid booking keeps its seats. Example: 120.
create domain data.hold_seconds as integer
    constraint hold_seconds_range check (value >= 1 and value <= 86400);

-- A time before the start of a slot, in minutes.
create domain data.notice_minutes as integer
    constraint notice_minutes_range check (value >= 0 and value <= 525600);

-- How many days ahead may be booked. Example: 365.
create domain data.booking_days as integer
    constraint booking_days_range check (value >= 1 and value <= 3650);

-- How many bookings may be unpaid at a time. Example: 10.
create domain data.unpaid_limit as integer
    constraint unpaid_limit_range check (value >= 1 and value <= 1000000);

-- How long an offered seat is kept. Example: 900.
create domain data.offer_seconds as integer
    constraint offer_seconds_range check (value >= 1 and value <= 604800);

-- For how many days ahead slots are made. Example: 60.
create domain data.slot_days as integer
    constraint slot_days_range check (value >= 1 and value <= 730);

-- A time zone of the IANA database. Example: Europe/Paris.
create domain data.zone_name as text
    constraint zone_name_form check (value ~ '^[A-Za-z0-9_+/-]{1,100}$');

-- A day of the week, from 1 (Monday) to 7 (Sunday).
create domain data.weekday as integer
    constraint weekday_range check (value >= 1 and value <= 7);

-- A pause in minutes; 0: none. Example: 5.
create domain data.pause_minutes as integer
    constraint pause_minutes_range check (value >= 0 and value <= 1440);

-- What an admin makes accounts for. Offered: clerk, admin.
create domain data.staff_role as data.account_role;

-- A name of lowercase letters, digits, - and _. Example: acme-pay.
create domain data.provider_name as text
    constraint provider_name_form check (value ~ '^[a-z][a-z0-9_-]{0,39}$');

-- What becomes of a refund. Offered: SENT, DONE, FAILED.
create domain data.refund_step as data.refund_status;

-- An amount to give back.
create domain data.refund_amount as numeric(14,2)
    constraint refund_amount_range check (value > 0::numeric and value <= 999999999999.99);

-- A new password of at least 8 characters. Example: correct horse battery.
create domain data.new_password as text
    constraint new_password_length check (char_length(value) >= 8 and char_length(value) <= 1024);

-- A password. Example: correct horse battery.
create domain data.password as text
    constraint password_length check (char_length(value) <= 1024);

-- A day of birth. Example: 1984-02-29.
create domain data.birth_date as date
    constraint birth_date_range check (value >= '1850-01-01' and value <= '2199-12-31');

-- Where the service is for its users, no slash at the end. Example: https://example.org.
create domain data.public_url as text
    constraint public_url_form check (value ~
        '^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*$');

-- An address that takes deliveries, without user and password. Example:
-- https://example.org/hooks/7.
create domain data.webhook_url as text
    constraint webhook_url_form check (value ~
        '^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~%!$&()*+,;=:@?/-]*)?$')
    constraint webhook_url_length check (char_length(value) <= 2000);

-- A calendar (RFC 5545). Media type: text/calendar.
create domain data.icalendar as text;

-- A booking as the history keeps it: without secrets, and without what follows from the rest. By
-- types: as JSON its history took almost twice as much of a booking's time.
create type data.booking_state as (
    id bigint, slot_id bigint, doctor_id bigint, slot_capacity integer, slot_open boolean, seats
        int4multirange, seat_count integer, status data.booking_status, account_id bigint,
        patient_name text, patient_email text, patient_phone text, reason text, amount numeric,
        currency text, cancellation_notice_hours integer, refund_forfeited boolean, created_at
        timestamptz, expires_at timestamptz, confirmed_at timestamptz, cancelled_at timestamptz,
        payment_terms data.payment_terms, booked_by_id bigint, booked_by_role data.account_role,
        checked_in_at timestamptz, completed_at timestamptz, cancelled_by data.canceller,
        cancellation_reason text, priced_seats integer, revision integer
);

-- Where doctors work: the zone of their hours and the terms of their bookings.
create table data.clinic (
    id bigint not null generated always as identity,
    name data.label not null,
    time_zone data.time_zone not null default 'UTC',
    currency data.currency not null default 'USD',
    -- How long an unpaid booking keeps its seats.
    hold_seconds data.hold_seconds not null default 120,
    -- A patient who cancels at least this long before the start gets the money back.
    cancellation_notice_hours data.notice_hours not null default 0,
    created_at timestamptz not null default clock_timestamp(),
    -- PREPAID: a booking is held until it is paid. AT_VISIT: it is confirmed at once and paid any
    -- time.
    payment_terms data.payment_terms not null default 'PREPAID',
    -- How long before its start a slot can be booked at the latest.
    booking_notice_minutes data.notice_minutes not null default 0,
    -- How long before its start a slot can be booked at the earliest.
    booking_horizon_days data.booking_days not null default 365,
    -- How many live bookings to come, with nothing paid, one account or a guest's address may have.
    unpaid_limit data.unpaid_limit not null default 10,
    -- Whether one account, or a guest's address, may book times that overlap.
    overlap_allowed boolean not null default true,
    -- How long a seat that came free is kept for whoever waited for it.
    waitlist_offer_seconds data.offer_seconds not null default 900,
    -- For how many days slots are made from weekly hours.
    horizon_days data.slot_days not null default 60,
    -- Who takes payments that name nobody; null: they are simulated.
    payment_provider data.provider_name,
    constraint clinic_pkey primary key (id),
    constraint clinic_payment_provider_fkey foreign key (payment_provider) references
        data.payment_provider(name) on update cascade on delete restrict
);
create index clinic_payment_provider_idx on data.clinic (payment_provider) where (payment_provider
    is not null);

-- Somebody who can log in.
create table data.account (
    id bigint not null generated always as identity,
    name data.label not null,
    email data.email not null,
    phone data.phone,
    password_hash text,
    role data.account_role not null,
    status data.account_status not null default 'ACTIVE',
    created_at timestamptz not null default clock_timestamp(),
    -- Where a clerk works.
    clinic_id bigint,
    -- The address that takes the place of the other one once it is verified.
    new_email data.email,
    -- When a token that was sent to the address came back from the account; null: it never did.
    email_verified_at timestamptz,
    date_of_birth data.birth_date,
    gender data.label,
    -- Where a patient lives.
    address data.note,
    -- The account of the staff who made it for a patient; null where the person registered.
    made_by_id bigint,
    -- The clinic whose clerk or doctor made it for a patient.
    made_at_clinic_id bigint,
    constraint account_pkey primary key (id),
    constraint account_clinic_fkey foreign key (clinic_id) references data.clinic(id) on delete
        restrict,
    constraint account_made_by_fkey foreign key (made_by_id) references data.account(id) on delete
        restrict,
    constraint account_made_at_clinic_fkey foreign key (made_at_clinic_id) references
        data.clinic(id) on delete restrict,
    constraint account_clerk_has_clinic check ((role = 'clerk') = (clinic_id is not null)),
    constraint account_new_email_differs check (lower(new_email) <> lower(email)),
    constraint account_password_hashed check (password_hash ~~ '$argon2id$%')
);
create unique index account_email_key on data.account (lower((email)));
create index account_status_idx on data.account (status, id);
create index account_clinic_idx on data.account (clinic_id) where (clinic_id is not null);
create index account_role_idx on data.account (role, id);
create index account_made_by_idx on data.account (made_by_id, id) where (made_by_id is not null);
create index account_made_at_clinic_idx on data.account (made_at_clinic_id, id) where
    (made_at_clinic_id is not null);

-- One login and all refresh tokens that descend from it: revoked as one.
create table data.session (
    id bigint not null generated always as identity,
    account_id bigint not null,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    -- When its newest refresh token was given out.
    refreshed_at timestamptz not null default clock_timestamp(),
    constraint session_pkey primary key (id),
    constraint session_account_fkey foreign key (account_id) references data.account(id) on delete
        cascade,
    constraint session_ends_after_start check (expires_at > created_at)
);
create index session_account_idx on data.session (account_id);
create index session_expires_at_idx on data.session (expires_at);
create index session_live_idx on data.session (account_id, id) where (revoked_at is null);

-- SHA-256 of each refresh token that was ever given out and has not run out.
create table data.refresh_token (
    token_hash data.token_hash not null,
    session_id bigint not null,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    spent_at timestamptz,
    constraint refresh_token_pkey primary key (token_hash),
    constraint refresh_token_session_fkey foreign key (session_id) references data.session(id) on
        delete cascade,
    constraint refresh_token_ends_after_start check (expires_at > created_at)
);
create index refresh_token_session_idx on data.refresh_token (session_id);

-- A doctor; shown to others from listed_at on (an approval) until deleted_at.
create table data.doctor (
    id bigint not null generated always as identity,
    clinic_id bigint not null,
    account_id bigint,
    name data.label not null,
    specialization data.label not null,
    city data.label,
    consultation_type data.consultation_type not null default 'OFFLINE',
    consultation_fee data.fee not null default 0,
    rating data.rating,
    email data.email,
    phone data.phone,
    experience_years data.experience_years,
    created_at timestamptz not null default clock_timestamp(),
    listed_at timestamptz,
    deleted_at timestamptz,
    -- The first day for which the hours have not been made into slots yet; null: there are no
    -- hours.
    slots_until date,
    -- Whether registering an account has made it, rather than an admin.
    registered boolean not null default false,
    -- Since when the account that acts for the doctor is suspended: no slot is offered meanwhile.
    suspended_at timestamptz,
    constraint doctor_pkey primary key (id),
    constraint doctor_account_key unique (account_id),
    constraint doctor_clinic_fkey foreign key (clinic_id) references data.clinic(id) on delete
        restrict,
    constraint doctor_account_fkey foreign key (account_id) references data.account(id) on delete
        restrict,
    constraint doctor_deleted_after_created check (deleted_at >= created_at)
);
create index doctor_clinic_idx on data.doctor (clinic_id);
create index doctor_specialization_idx on data.doctor (lower((specialization)), id);
create index doctor_slots_until_idx on data.doctor (clinic_id, slots_until) where ((slots_until is
    not null) and (deleted_at is null));
create index doctor_city_idx on data.doctor (lower((city)), id);
create index doctor_listed_idx on data.doctor (lower((specialization)), specialization) where
    ((listed_at is not null) and (deleted_at is null));
create index doctor_suspended_idx on data.doctor (id) where (suspended_at is not null);

-- What the whole installation agrees on.
create table data.setting (
    singleton boolean not null default true,
    -- Whether POST /api/payments/fake may settle payments.
    simulated_payments boolean not null default false,
    -- From it tokens are derived that can be shown again, though only their hashes are kept.
    token_secret bytea not null default sha256((uuid_send(gen_random_uuid()) ||
        uuid_send(gen_random_uuid())) || uuid_send(gen_random_uuid())),
    -- What links in mails begin with; null: mails hold no links. Kept by `slotkeeper serve`.
    public_url data.public_url,
    -- Who mail comes from, and invites to visits. Kept by `slotkeeper serve`.
    mail_address text not null default 'slotkeeper@localhost',
    -- Who that is: the name of a service that is more than one clinic. Kept by `slotkeeper serve`.
    mail_name text not null default 'Slotkeeper',
    -- For development: deliveries go to this machine, too, and without TLS.
    local_webhooks boolean not null default false,
    -- From it follows by which name reports call a patient, and nobody else can tell who that is.
    pseudonym_secret bytea not null default sha256((uuid_send(gen_random_uuid()) ||
        uuid_send(gen_random_uuid())) || uuid_send(gen_random_uuid())),
    constraint setting_pkey primary key (singleton),
    constraint setting_one_row check (singleton),
    constraint setting_token_secret_length check (octet_length(token_secret) >= 32),
    constraint setting_pseudonym_secret_length check (octet_length(pseudonym_secret) >= 32)
);

-- A time at which a doctor sees patients. Its status and free seats are derived, never stored.
create table data.slot (
    id bigint not null generated always as identity,
    doctor_id bigint not null,
    start_time timestamptz not null,
    end_time timestamptz not null,
    capacity integer not null default 1,
    created_at timestamptz not null default clock_timestamp(),
    deleted_at timestamptz,
    -- False once deleted. Live bookings refer to it, so a deleted slot can have none.
    open boolean not null generated always as (deleted_at is null) stored,
    -- Whether hours made it. One that somebody deleted or moved by hand is not made again.
    generated boolean not null default false,
    -- Whether the hours that made it have changed since: deleted for that, or as soon as it is
    -- free.
    withdrawn boolean not null default false,
    -- Whether somebody waits: then a hold that has run out is theirs, and free to nobody else.
    has_waitlist boolean not null default false,
    -- The day on which it starts, in the zone of the clinic.
    local_date date,
    constraint slot_pkey primary key (id),
    constraint slot_terms_key unique (id, doctor_id, capacity, open),
    constraint slot_doctor_fkey foreign key (doctor_id) references data.doctor(id) on delete
        restrict,
    constraint slot_overlaps exclude using gist (doctor_id with =, tstzrange(start_time, end_time)
        with &&) where (deleted_at is null),
    constraint slot_ends_after_start check (end_time > start_time),
    constraint slot_within_a_day check ((end_time - start_time) <= '1 day'),
    constraint slot_within_four_digit_years check (end_time < '10000-01-01 00:00:00+00'),
    constraint slot_whole_minutes check (date_trunc('minute', end_time - start_time) = (end_time -
        start_time)),
    constraint slot_capacity_range check (capacity >= 1 and capacity <= 1000),
    constraint slot_deleted_after_created check (deleted_at >= created_at),
    constraint slot_local_date_near_start check (abs(local_date - (start_time at time zone
        'UTC')::date) <= 1)
);
create index slot_doctor_start_idx on data.slot (doctor_id, start_time, id);
create index slot_start_idx on data.slot (start_time, id);
create index slot_withdrawn_idx on data.slot (start_time) where (withdrawn and open);
create index slot_open_doctor_start_idx on data.slot (doctor_id, start_time, id) where open;
create index slot_open_start_idx on data.slot (start_time, id) where open;
create index slot_local_date_idx on data.slot (local_date);

-- Seats of a slot, held or taken for a patient. Rows are never deleted.
create table data.booking (
    id bigint not null generated always as identity,
    slot_id bigint not null,
    -- The doctor of the slot, by whom lists find it.
    doctor_id bigint not null,
    slot_capacity integer not null,
    slot_open boolean not null default true,
    -- The numbers of the seats, from 1 to the capacity of the slot.
    seats data.seat_set not null,
    -- How many seats these are: frozen, as the amount is.
    seat_count integer not null default 1,
    status data.booking_status not null,
    -- Who booked; null for a guest, who proves it by the manage token.
    account_id bigint,
    manage_token_hash data.token_hash,
    idempotency_key_hash data.token_hash,
    patient_name data.label not null,
    patient_email data.email not null,
    patient_phone data.phone,
    reason data.note,
    amount data.money not null,
    currency data.currency not null,
    -- The notice of the clinic when this was booked: who cancels later than that gets nothing back.
    cancellation_notice_hours data.notice_hours not null default 0,
    -- Whether its owner moved it within the notice; then cancelling gives the owner nothing back.
    refund_forfeited boolean not null default false,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz,
    confirmed_at timestamptz,
    cancelled_at timestamptz,
    -- Those of the clinic when this was booked: whether it is held until paid, or paid any time.
    payment_terms data.payment_terms not null default 'PREPAID',
    -- The account of the staff who made it for the patient; null where the patient did.
    booked_by_id bigint,
    -- As what they made it; also without an account, for a DBA. Null where the patient made it.
    booked_by_role data.account_role,
    checked_in_at timestamptz,
    completed_at timestamptz,
    cancelled_by data.canceller,
    cancellation_reason data.note,
    -- How many seats the amount is for, where some were given back after it was paid; else null.
    priced_seats integer,
    -- How often it was moved, seats of it given back, or cancelled: the SEQUENCE of its calendar
    -- entry.
    revision integer not null default 0,
    constraint booking_pkey primary key (id),
    constraint booking_account_fkey foreign key (account_id) references data.account(id) on delete
        restrict,
    constraint booking_slot_fkey foreign key (slot_id, doctor_id, slot_capacity, slot_open)
        references data.slot(id, doctor_id, capacity, open) on update cascade on delete restrict,
    constraint booking_booked_by_fkey foreign key (booked_by_id) references data.account(id) on
        delete restrict,
    constraint booking_seat_sold_once exclude using gist ((slot_id + 0) with =, seats with &&) where
        (status = any (array['PENDING', 'CONFIRMED', 'CHECKED_IN'])),
    constraint booking_expires_after_created check (expires_at > created_at),
    constraint booking_fits_slot check ((status <> all (array['PENDING', 'CONFIRMED',
        'CHECKED_IN'])) or seats::int4multirange <@ int4multirange(int4range(1, slot_capacity + 1))
        and (slot_open or status = 'CHECKED_IN'))
);
create index booking_slot_idx on data.booking (slot_id, id);
create index booking_status_idx on data.booking (status, ((- id)));
create index booking_doctor_idx on data.booking (doctor_id, status, ((0 - id)));
create index booking_account_idx on data.booking (account_id, id) where (account_id is not null);
create index booking_patient_email_idx on data.booking (lower((patient_email)), id);
create index booking_expires_at_idx on data.booking (expires_at) where (status = 'PENDING');
create unique index booking_idempotency_key on data.booking (idempotency_key_hash) where
    (idempotency_key_hash is not null);
create index booking_booked_by_idx on data.booking (booked_by_id) where (booked_by_id is not null);
create index booking_doctor_patient_idx on data.booking (doctor_id, ((0 + account_id))) where
    (account_id is not null);
create index booking_seats_held_idx on data.booking (slot_id) where (status = any (array['PENDING',
    'CONFIRMED', 'CHECKED_IN']));
create index booking_owner_active_idx on data.booking (coalesce((account_id),
    lower((patient_email)))) where (status = any (array['PENDING', 'CONFIRMED']));

-- An attempt to pay for a booking; its amount never changes.
create table data.payment (
    id bigint not null generated always as identity,
    booking_id bigint not null,
    amount data.money not null,
    currency data.currency not null,
    status data.payment_status not null default 'PENDING',
    provider data.label not null,
    provider_reference data.label,
    created_at timestamptz not null default clock_timestamp(),
    settled_at timestamptz,
    -- What was taken: nothing until it succeeds, then what it is for good.
    captured_amount numeric(14,2) not null default 0,
    captured_currency data.currency,
    -- How it was paid at the desk.
    method data.payment_method,
    -- The account of the staff who took it at the desk.
    taken_by_id bigint,
    -- As what they took it; also without an account, for a DBA.
    taken_by_role data.account_role,
    constraint payment_pkey primary key (id),
    constraint payment_captured_key unique (id, captured_amount),
    constraint payment_booking_fkey foreign key (booking_id) references data.booking(id) on delete
        restrict,
    constraint payment_taken_by_fkey foreign key (taken_by_id) references data.account(id) on delete
        restrict
);
create index payment_booking_idx on data.payment (booking_id, id);
create unique index payment_one_succeeded on data.payment (booking_id) where (status = 'SUCCEEDED');
create unique index payment_one_pending on data.payment (booking_id) where (status = 'PENDING');
create unique index payment_provider_reference_key on data.payment (provider, provider_reference)
    where ((provider_reference is not null) and ((provider) <> 'desk'));
create index payment_taken_by_idx on data.payment (taken_by_id) where (taken_by_id is not null);
create index payment_created_at_idx on data.payment (created_at, id);
create index payment_unusual_idx on data.payment (status, created_at, id) where (status <>
    'SUCCEEDED');
create index payment_settled_at_idx on data.payment (settled_at) where (captured_amount >
    (0)::numeric);

-- Money to give back: which part, [from, to), of the captured amount.
create table data.refund (
    id bigint not null generated always as identity,
    payment_id bigint not null,
    captured_amount numeric(14,2) not null,
    portion numrange not null,
    amount numeric(14,2) not null generated always as ((upper(portion) - lower(portion))) stored,
    status data.refund_status not null default 'DUE',
    created_at timestamptz not null default clock_timestamp(),
    reason data.note,
    -- What the one who sent it calls it.
    reference data.label,
    -- When it was last sent.
    sent_at timestamptz,
    done_at timestamptz,
    constraint refund_pkey primary key (id),
    constraint refund_payment_fkey foreign key (payment_id, captured_amount) references
        data.payment(id, captured_amount) on delete restrict,
    constraint refund_once exclude using gist ((payment_id + 0) with =, portion with &&)
);
create index refund_payment_idx on data.refund (payment_id);
create index refund_due_idx on data.refund (sent_at nulls first, id) where (status = any
    (array['DUE', 'FAILED']));
create index refund_status_idx on data.refund (status, id);
create index refund_created_at_idx on data.refund (created_at);
create index refund_done_at_idx on data.refund (done_at) where (done_at is not null);

-- When doctors work, in local time of their clinic: what slots are made from.
create table data.hours (
    id bigint not null generated always as identity,
    doctor_id bigint not null,
    -- From 1 (Monday) to 7; null: of the one day in `valid`, on which no weekly hours hold.
    weekday data.weekday,
    valid daterange not null,
    -- Null on a day that is closed.
    start_time time without time zone,
    end_time time without time zone,
    slot_minutes data.minutes,
    capacity data.seat_count,
    buffer_minutes data.pause_minutes not null default 0,
    constraint hours_pkey primary key (id),
    constraint hours_doctor_fkey foreign key (doctor_id) references data.doctor(id) on delete
        restrict,
    constraint hours_overlap exclude using gist (doctor_id with =, coalesce(weekday::integer, 0)
        with =, valid with &&, tsrange('2000-01-01' + start_time, '2000-01-01' + end_time) with &&),
    constraint hours_valid_some_day check (not isempty(valid)),
    constraint hours_of_week_or_day check (weekday is not null or coalesce((upper(valid) -
        lower(valid)) = 1, false)),
    constraint hours_whole_or_closed check (num_nonnulls(start_time, end_time, slot_minutes,
        capacity) = 4 or weekday is null and num_nonnulls(start_time, end_time, slot_minutes,
        capacity) = 0),
    constraint hours_end_after_start check (end_time > start_time),
    constraint hours_hold_a_slot check ((end_time - start_time) >= make_interval(mins =>
        slot_minutes::integer))
);

-- When doctors do not work, whatever their hours say.
create table data.time_off (
    id bigint not null generated always as identity,
    doctor_id bigint not null,
    start_time timestamptz not null,
    end_time timestamptz not null,
    reason data.note,
    created_at timestamptz not null default clock_timestamp(),
    constraint time_off_pkey primary key (id),
    constraint time_off_doctor_fkey foreign key (doctor_id) references data.doctor(id) on delete
        restrict,
    constraint time_off_ends_after_start check (end_time > start_time)
);
create index time_off_doctor_idx on data.time_off (doctor_id, id);

-- Who takes payments and reports on them, signing with a secret that both know.
create table data.payment_provider (
    id bigint not null generated always as identity,
    name data.provider_name not null,
    secret text not null,
    -- The one before, valid for a while so that the provider can change over.
    previous_secret text,
    previous_valid_until timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    constraint payment_provider_pkey primary key (id),
    constraint payment_provider_name_key unique (name),
    constraint payment_provider_not_built_in check (name <> all (array['simulated', 'desk'])),
    constraint payment_provider_secret_length check (least(char_length(secret),
        char_length(previous_secret)) >= 64),
    constraint payment_provider_previous_ends check ((previous_secret is null) =
        (previous_valid_until is null))
);

-- What providers reported, each event once.
create table data.provider_event (
    id bigint not null generated always as identity,
    provider data.provider_name not null,
    event_id data.label not null,
    -- The payment that it settled, or left as it was: a further capture has one of its own.
    payment_id bigint not null,
    outcome data.payment_outcome not null,
    amount data.money not null,
    currency data.currency not null,
    provider_reference data.label,
    -- That of the payment from then on.
    payment_status data.payment_status not null,
    received_at timestamptz not null default clock_timestamp(),
    constraint provider_event_pkey primary key (id),
    constraint provider_event_once unique (provider, event_id),
    constraint provider_event_payment_fkey foreign key (payment_id) references data.payment(id) on
        delete restrict
);
create index provider_event_payment_idx on data.provider_event (payment_id);

-- Who waits for seats of a full slot, and the booking that came of it. Rows are never deleted.
create table data.waitlist_entry (
    id bigint not null generated always as identity,
    slot_id bigint not null,
    doctor_id bigint not null,
    -- Who waits; null for a guest, who proves it by the manage token.
    account_id bigint,
    manage_token_hash data.token_hash,
    patient_name data.label not null,
    patient_email data.email not null,
    seats data.seat_count not null default 1,
    created_at timestamptz not null default clock_timestamp(),
    -- The offer: held for whoever waits until accepted or paid. What became of it is its status.
    booking_id bigint,
    -- When whoever waited left, or the slot started or was deleted, with nothing offered until
    -- then.
    ended_at timestamptz,
    waiting boolean not null generated always as (booking_id is null and ended_at is null) stored,
    -- Who waits once a slot: the account, by its id; a guest by the address. As in a booking.
    owner text not null generated always as (coalesce(account_id, lower(patient_email))) stored,
    -- The account of the staff who entered the patient; null where the patient did. As in a
    -- booking.
    booked_by_id bigint,
    -- As what they did; also without an account, for a DBA. The booking that is offered has it,
    -- too.
    booked_by_role data.account_role,
    constraint waitlist_entry_pkey primary key (id),
    constraint waitlist_entry_booking_key unique (booking_id),
    constraint waitlist_entry_slot_fkey foreign key (slot_id) references data.slot(id) on delete
        restrict,
    constraint waitlist_entry_doctor_fkey foreign key (doctor_id) references data.doctor(id) on
        delete restrict,
    constraint waitlist_entry_account_fkey foreign key (account_id) references data.account(id) on
        delete restrict,
    constraint waitlist_entry_booking_fkey foreign key (booking_id) references data.booking(id) on
        delete restrict,
    constraint waitlist_entry_booked_by_fkey foreign key (booked_by_id) references data.account(id)
        on delete restrict,
    constraint waitlist_entry_one_owner check ((account_id is null) = (manage_token_hash is not
        null)),
    constraint waitlist_entry_ended_without_offer check (booking_id is null or ended_at is null),
    constraint waitlist_entry_booked_by_staff check (booked_by_id is null or booked_by_role is not
        null)
);
create unique index waitlist_entry_once on data.waitlist_entry (slot_id, owner) where waiting;
create index waitlist_entry_waiting_idx on data.waitlist_entry (slot_id, id) where waiting;
create index waitlist_entry_slot_idx on data.waitlist_entry (slot_id, id);
create index waitlist_entry_doctor_idx on data.waitlist_entry (doctor_id, id);
create index waitlist_entry_account_idx on data.waitlist_entry (account_id, id) where (account_id is
    not null);
create index waitlist_entry_token_idx on data.waitlist_entry (manage_token_hash) where
    (manage_token_hash is not null);
create index waitlist_entry_booked_by_idx on data.waitlist_entry (booked_by_id) where (booked_by_id
    is not null);

-- Every change of what a clinic must be able to account for, and what of it is announced: written
-- in the transaction of the change. Ids are not the order of commits: who reads on from where it
-- stopped reads by (xid, id), below the oldest transaction that is still open: core.next_events.
-- Whoever looks for changes looks into their links, which due work writes: data.chain_link
create table data.change (
    id bigint not null generated always as identity,
    xid xid8 not null default pg_current_xact_id(),
    made_at timestamptz not null default clock_timestamp(),
    -- The table whose row changed.
    entity text not null,
    entity_id bigint not null,
    -- What is announced; null where nothing is.
    event data.event,
    -- The account that was logged in. No foreign key: it stays what it is.
    actor_id bigint default "substring"(nullif(current_setting('request.jwt.claims', true),
        '')::jsonb ->> 'sub', '^[0-9]{1,18}$')::bigint,
    -- As what: anon, patient, doctor, clerk, admin, server; for a DBA the login of the database.
    actor_role text not null default replace(session_user, 'slotkeeper_', ''),
    request_id text default nullif(current_setting('request.jwt.claims', true), '')::jsonb ->>
        'request_id',
    -- The row as it was, without nulls and secrets; null where it is new, or a person was erased.
    before jsonb,
    -- The row as it became, likewise.
    after jsonb,
    -- Of a booking, instead of `before`. core.plain_change gives both in one form.
    booking_before data.booking_state,
    -- Of a booking, instead of `after`.
    booking_after data.booking_state,
    constraint change_pkey primary key (id)
);
create index change_order_idx on data.change (xid, id);

-- How far each reader of changes has come: behind the change (last_xid, last_id).
create table data.event_reader (
    name text not null,
    last_xid xid8 not null default '0'8,
    last_id bigint not null default 0,
    constraint event_reader_pkey primary key (name)
);

-- SHA-256 of each token that was mailed to an account and has neither been used nor run out.
create table data.account_token (
    token_hash data.token_hash not null,
    account_id bigint not null,
    purpose data.token_purpose not null,
    -- Where it was sent to: it is worth nothing once that is no address of the account any more.
    email data.email not null,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    constraint account_token_pkey primary key (token_hash),
    constraint account_token_account_fkey foreign key (account_id) references data.account(id) on
        delete cascade,
    constraint account_token_ends_after_start check (expires_at > created_at)
);
create index account_token_account_idx on data.account_token (account_id, purpose);
create index account_token_expires_at_idx on data.account_token (expires_at);

-- Addresses whose owners say that they forgot a password, until the due work has looked whose they
-- are: whoever asks cannot tell from the time that the answer takes.
create table data.reset_request (
    id bigint not null generated always as identity,
    email data.email not null,
    created_at timestamptz not null default clock_timestamp(),
    constraint reset_request_pkey primary key (id)
);

-- What doctors write down about a patient. Rows are never changed, nor deleted: a correction is a
-- row of its own, and erasing a person empties them. Its policies are a second lock, for the owner
-- of the functions, too
create table data.record (
    id bigint not null generated always as identity,
    -- The account of the patient.
    patient_id bigint not null,
    -- As which doctor it was written.
    doctor_id bigint not null,
    -- The account that wrote it.
    author_id bigint not null,
    -- The visit that it is about.
    booking_id bigint,
    kind data.record_kind not null,
    -- What is said; null once the person was erased.
    body jsonb,
    -- With it the digest that the history keeps of the body: nobody finds out by it what a body
    -- said.
    salt uuid default gen_random_uuid(),
    -- The older version of it, by the same doctor, of the same patient and kind; each has one
    -- correction at the most.
    corrects_id bigint,
    created_at timestamptz not null default clock_timestamp(),
    erased_at timestamptz,
    constraint record_pkey primary key (id),
    constraint record_version_key unique (id, patient_id, doctor_id, kind),
    constraint record_corrected_once unique (corrects_id),
    constraint record_patient_fkey foreign key (patient_id) references data.account(id) on delete
        restrict,
    constraint record_doctor_fkey foreign key (doctor_id) references data.doctor(id) on delete
        restrict,
    constraint record_author_fkey foreign key (author_id) references data.account(id) on delete
        restrict,
    constraint record_booking_fkey foreign key (booking_id) references data.booking(id) on delete
        restrict,
    constraint record_corrects_fkey foreign key (corrects_id, patient_id, doctor_id, kind)
        references data.record(id, patient_id, doctor_id, kind) on delete restrict,
    constraint record_corrects_older check (corrects_id < id),
    constraint record_held_until_erased check (num_nulls(body, salt) = case when erased_at is null
        then 0 else 2 end),
    constraint record_erased_after_created check (erased_at >= created_at),
    constraint record_body_is_object check (jsonb_typeof(body) = 'object' and body <> '{}'),
    constraint record_body_size check (octet_length(body) <= 65536),
    constraint record_body_depth check (not jsonb_path_exists(body, 'strict $.**{17}')),
    constraint record_visit_note_shape check (kind <> 'VISIT_NOTE' or jsonb_path_exists(body,
        'strict $.**?(@.type() == "string" && @ like_regex "\\S")')),
    constraint record_prescription_shape check (kind <> 'PRESCRIPTION' or body is null or
        coalesce(jsonb_array_length( case when jsonb_typeof(body -> 'medicines') = 'array' then body
        -> 'medicines' else null::jsonb end) >= 1 and jsonb_array_length( case when
        jsonb_typeof(body -> 'medicines') = 'array' then body -> 'medicines' else null::jsonb end)
        <= 100, false) and (jsonb_array_length(body -> 'medicines') * 3) =
        (jsonb_array_length(jsonb_path_query_array(body,
        'strict $."medicines"[*]."name"?(@.type() == "string" && @ like_regex "\\S")', '{}', true))
        + jsonb_array_length(jsonb_path_query_array(body,
        'strict $."medicines"[*]."dosage"?(@.type() == "string" && @ like_regex "\\S")', '{}',
        true)) + jsonb_array_length(jsonb_path_query_array(body,
        'strict $."medicines"[*]."duration"?(@.type() == "string" && @ like_regex "\\S")', '{}',
        true))))
);
create index record_patient_idx on data.record (patient_id, id);
create index record_patient_doctor_idx on data.record (patient_id, doctor_id, id);
create index record_doctor_idx on data.record (doctor_id);
create index record_author_idx on data.record (author_id);
create index record_booking_idx on data.record (booking_id) where (booking_id is not null);
alter table data.record enable row level security;
alter table data.record force row level security;
create policy record_patient_reads on data.record for select using (patient_id = (( select a.id from
    ( select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub' as sub) c join
    data.account a on a.id = case when c.sub ~ '^[0-9]{1,18}$' then c.sub::bigint else null::bigint
    end where a.role = 'patient' and a.status = 'ACTIVE' and
    pg_has_role(coalesce(nullif(current_setting('role', true), 'none'), session_user)::name,
    'slotkeeper_patient', 'usage'))));
create policy record_doctor_reads on data.record for select using (( select true from data.booking b
    where (0 + b.account_id) = record.patient_id and (b.status = any (array['CONFIRMED',
    'CHECKED_IN', 'COMPLETED'])) and b.booked_by_role is distinct from 'doctor' and b.doctor_id = ((
    select d.id from ( select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->>
    'sub' as sub) c join data.account a on a.id = case when c.sub ~ '^[0-9]{1,18}$' then
    c.sub::bigint else null::bigint end join data.doctor d on d.account_id = a.id where a.role =
    'doctor' and a.status = 'ACTIVE' and d.deleted_at is null and
    pg_has_role(coalesce(nullif(current_setting('role', true), 'none'), session_user)::name,
    'slotkeeper_doctor', 'usage'))) limit 1));
create policy record_doctor_writes on data.record for insert with check (( select true from
    data.booking b join data.doctor d on d.id = b.doctor_id join data.account a on a.id =
    d.account_id where (0 + b.account_id) = record.patient_id and d.id = record.doctor_id and a.id =
    record.author_id and (b.status = any (array['CONFIRMED', 'CHECKED_IN', 'COMPLETED'])) and
    b.booked_by_role is distinct from 'doctor' and d.deleted_at is null and a.role = 'doctor' and
    a.status = 'ACTIVE' and a.id = (nullif(current_setting('request.jwt.claims', true), '')::jsonb
    ->> 'sub') and pg_has_role(coalesce(nullif(current_setting('role', true), 'none'),
    session_user)::name, 'slotkeeper_doctor', 'usage') limit 1));
create policy record_on_request on data.record for select using (( select true from
    data.privacy_request q where q.patient_id = record.patient_id and q.xid =
    pg_current_xact_id_if_assigned() and q.created_at >= now() limit 1));
create policy record_erased on data.record for update using (( select true from data.privacy_request
    q where q.patient_id = record.patient_id and q.kind = 'ERASURE' and q.xid =
    pg_current_xact_id_if_assigned() and q.created_at >= now() limit 1));

-- The words of the records of each patient, to search inside: kept by a trigger. They go when the
-- person is erased
create table data.record_word (
    patient_id bigint not null,
    word text not null,
    record_id bigint not null,
    constraint record_word_pkey primary key (patient_id, word, record_id),
    constraint record_word_patient_fkey foreign key (patient_id) references data.account(id) on
        delete restrict,
    constraint record_word_record_fkey foreign key (record_id) references data.record(id) on delete
        restrict
);
create index record_word_record_idx on data.record_word (record_id);
alter table data.record_word enable row level security;
alter table data.record_word force row level security;
create policy record_word_as_record on data.record_word for select using (( select true from
    data.record r where r.id = record_word.record_id));
create policy record_word_as_record_written on data.record_word for insert with check (( select true
    from data.record r where r.id = record_word.record_id and r.patient_id =
    record_word.patient_id));
create policy record_word_erased on data.record_word for delete using (( select true from
    data.privacy_request q where q.patient_id = record_word.patient_id and q.kind = 'ERASURE' and
    q.xid = pg_current_xact_id_if_assigned() and q.created_at >= now() limit 1));

-- Each export and each erasure of what is held on a person: who did it stands in the history. The
-- records of a person are open to it in the transaction that wrote it down, and in no other
create table data.privacy_request (
    id bigint not null generated always as identity,
    -- The account of the patient.
    patient_id bigint not null,
    kind data.privacy_request_kind not null,
    xid xid8 not null default pg_current_xact_id(),
    created_at timestamptz not null default clock_timestamp(),
    constraint privacy_request_pkey primary key (id),
    constraint privacy_request_patient_fkey foreign key (patient_id) references data.account(id) on
        delete restrict
);
create index privacy_request_patient_idx on data.privacy_request (patient_id, id);

-- A chain through all changes, in the order in which they were committed, from which it shows when
-- one was altered, removed, put in or moved: core.verify_audit. Written by the due work
create table data.chain_link (
    -- Its place in the chain: 1, 2, 3, without a gap.
    number bigint not null,
    -- The change. No foreign key: that it is gone is something to find out, and to tell.
    change_id bigint not null,
    -- When the change was made; like entity, entity_id and actor_id here to find it by.
    made_at timestamptz not null,
    entity text not null,
    entity_id bigint not null,
    actor_id bigint,
    -- The accounts that are named in the row before or after.
    people text[] not null,
    -- So that the digest tells nothing of a person who was erased; then null.
    salt uuid,
    -- SHA-256 of salt, before and after.
    digest bytea not null,
    -- SHA-256 of the hash of the link before, of what else the change says, and of the digest.
    hash bytea not null,
    constraint chain_link_pkey primary key (number),
    constraint chain_link_change_key unique (change_id),
    constraint chain_link_number_positive check (number > 0),
    constraint chain_link_hash_length check (octet_length(digest) = 32 and octet_length(hash) = 32),
    constraint chain_link_erased_whole check (salt is not null or people = '{}'[])
);
create index chain_link_time_idx on data.chain_link (made_at, change_id);
create index chain_link_entity_idx on data.chain_link (entity, entity_id, made_at, change_id);
create index chain_link_actor_idx on data.chain_link (actor_id, made_at, change_id) where (actor_id
    is not null);
create index chain_link_people_idx on data.chain_link using gin (people) with (fastupdate=off) where
    (people <> '{}'[]);

-- The outbox: mails that are to be sent, ready-made, and for a year those that were.
-- core.write_message writes them
create table data.message (
    id bigint not null generated always as identity,
    -- What it is about, such as confirmation.
    kind text not null,
    -- Whose account it is about; null: about none.
    account_id bigint,
    -- Which booking it is about; null: about none.
    booking_id bigint,
    -- Where it goes, or went: of a booking that which counts when it is sent.
    to_address data.email not null,
    subject text not null,
    -- Empty, like the other forms of the body, once it is over: a token in it does not stay.
    body_text text,
    body_html text,
    -- What is attached as text/calendar; null: nothing.
    calendar text,
    created_at timestamptz not null default clock_timestamp(),
    -- When it is worth nothing any more, and given up; of a reminder the start of the visit.
    expires_at timestamptz not null default clock_timestamp() + '7 days',
    attempts integer not null default 0,
    -- When it is tried, or tried again; null: it was sent, or given up.
    next_attempt_at timestamptz default clock_timestamp(),
    -- Until when it is in the hands of who sends it.
    taken_until timestamptz,
    sent_at timestamptz,
    -- Why the last attempt failed, or it was given up.
    last_error text,
    status data.message_status not null generated always as ( case when next_attempt_at is not null
        then 'PENDING' when sent_at is not null then 'SENT' else 'FAILED' end) stored,
    constraint message_pkey primary key (id),
    constraint message_account_fkey foreign key (account_id) references data.account(id) on delete
        cascade,
    constraint message_booking_fkey foreign key (booking_id) references data.booking(id) on delete
        cascade,
    constraint message_kind_form check (kind ~ '^[a-z]+(_[a-z]+)*$'),
    constraint message_subject_one_line check (subject ~
        '^[^\u0001-\u001f\u007f-\u009f\u2028\u2029]+$'),
    constraint message_subject_length check (char_length(subject) <= 500),
    constraint message_attempts_range check (attempts >= 0),
    constraint message_expires_after_created check (expires_at >= created_at),
    constraint message_sent_is_over check (sent_at is null or next_attempt_at is null),
    constraint message_emptied_once_over check (next_attempt_at is not null or
        num_nonnulls(body_text, body_html, calendar) = 0)
);
create index message_next_attempt_idx on data.message (next_attempt_at, id) where (next_attempt_at
    is not null);
create index message_taken_idx on data.message (taken_until) where (taken_until is not null);
create index message_created_at_idx on data.message (created_at);
create index message_account_idx on data.message (account_id) where (account_id is not null);
create index message_booking_idx on data.message (booking_id) where (booking_id is not null);

-- Who else is told what happens: an address that takes signed deliveries.
create table data.webhook (
    id bigint not null generated always as identity,
    url data.webhook_url not null,
    -- Of what it is told; null: of everything.
    events data.event[],
    active boolean not null default true,
    -- Signs what is delivered; gone with the webhook.
    secret text,
    -- The account that made it; null: a DBA did.
    created_by_id bigint,
    created_at timestamptz not null default clock_timestamp(),
    deleted_at timestamptz,
    -- How many attempts in a row have failed.
    failures integer not null default 0,
    -- Nothing is tried before: so a peer that hangs costs others no more than a timeout now and
    -- then.
    paused_until timestamptz,
    constraint webhook_pkey primary key (id),
    constraint webhook_created_by_fkey foreign key (created_by_id) references data.account(id) on
        delete set null,
    constraint webhook_events_listed check (cardinality(events) > 0 and array_position(events,
        null::data.event) is null),
    constraint webhook_secret_length check (char_length(secret) >= 64),
    constraint webhook_failures_range check (failures >= 0),
    constraint webhook_deleted_after_created check (deleted_at >= created_at),
    constraint webhook_deleted_is_over check ((deleted_at is null) = (secret is not null) and
        (deleted_at is null or not active))
);
create index webhook_created_by_idx on data.webhook (created_by_id) where (created_by_id is not
    null);

-- What each webhook is told, and what became of it; kept for a year. What is said is made of the
-- change when it is sent, so nothing of a person stays here.
create table data.delivery (
    id bigint not null generated always as identity,
    webhook_id bigint not null,
    change_id bigint not null,
    attempts integer not null default 0,
    created_at timestamptz not null default clock_timestamp(),
    -- When it is given up, tried or not.
    expires_at timestamptz not null default clock_timestamp() + '3 days',
    -- When it is tried, or tried again; null: over.
    next_attempt_at timestamptz default clock_timestamp(),
    -- Until when it is in the hands of who sends it.
    taken_until timestamptz,
    -- Of the last answer; null: there was none.
    answer_status integer,
    delivered_at timestamptz,
    -- Why the last attempt failed.
    last_error text,
    status data.delivery_status not null generated always as ( case when next_attempt_at is not null
        then 'PENDING' when delivered_at is not null then 'DELIVERED' else 'FAILED' end) stored,
    constraint delivery_pkey primary key (id),
    constraint delivery_once unique (change_id, webhook_id),
    constraint delivery_webhook_fkey foreign key (webhook_id) references data.webhook(id) on delete
        cascade,
    constraint delivery_change_fkey foreign key (change_id) references data.change(id) on delete
        cascade,
    constraint delivery_attempts_range check (attempts >= 0),
    constraint delivery_expires_after_created check (expires_at >= created_at),
    constraint delivery_delivered_after_created check (delivered_at >= created_at)
);
create index delivery_webhook_idx on data.delivery (webhook_id, id);
create index delivery_status_idx on data.delivery (webhook_id, status, id);
create index delivery_next_attempt_idx on data.delivery (webhook_id, next_attempt_at, id) where
    (next_attempt_at is not null);
create index delivery_expires_at_idx on data.delivery (expires_at) where (next_attempt_at is not
    null);
create index delivery_taken_idx on data.delivery (taken_until) where (taken_until is not null);

-- What the visits of a doctor's day come to, counted by the due work: core.count_days. Years are
-- too much to be counted whenever somebody looks.
create table data.report_day (
    doctor_id bigint not null,
    -- The day of the visits, in the zone of the clinic.
    local_date date not null,
    slots integer not null,
    deleted_slots integer not null,
    -- The time for which there was a slot, one that was deleted since, too; none counts twice.
    minutes_offered integer not null,
    -- How much of it is in slots that somebody has booked, and not cancelled.
    minutes_booked integer not null,
    -- Seats of slots that stand, or were deleted when they had been used.
    seats_offered integer not null,
    -- Those that are booked, and not cancelled.
    seats_taken integer not null,
    pending integer not null,
    confirmed integer not null,
    failed integer not null,
    cancelled integer not null,
    checked_in integer not null,
    completed integer not null,
    no_show integer not null,
    guests integer not null,
    -- Of those cancelled: later than the notice that was agreed on.
    cancelled_late integer not null,
    -- How many with less than 2 hours to go, less than 24 hours, less than 7 days, and more.
    cancelled_by_patient integer[] not null,
    -- Likewise.
    cancelled_by_staff integer[] not null,
    -- From booking to visit, summed up over all bookings but those that failed.
    lead_minutes bigint not null,
    -- Of those completed: the patient's first one in this clinic.
    first_visits integer not null,
    -- Entries of waiting lists.
    waited integer not null,
    -- Of these: who was offered seats.
    offered integer not null,
    -- Of these: who took them.
    accepted integer not null,
    constraint report_day_pkey primary key (doctor_id, local_date),
    constraint report_day_doctor_fkey foreign key (doctor_id) references data.doctor(id) on delete
        cascade
);
create index report_day_local_date_idx on data.report_day (local_date);

-- What was taken and given back on a day for visits to a doctor, whenever these are; counted by the
-- due work: core.count_money.
create table data.report_money (
    doctor_id bigint not null,
    -- The day on which the money moved, in the zone of the clinic.
    local_date date not null,
    currency data.currency not null,
    -- What was taken.
    captured numeric(16,2) not null,
    -- What of it was for nothing, such as twice, less what of such began to be owed back.
    surplus numeric(16,2) not null,
    -- What began to be owed back on the day.
    owed_back numeric(16,2) not null,
    -- What was given back on the day.
    paid_back numeric(16,2) not null,
    constraint report_money_pkey primary key (doctor_id, local_date, currency),
    constraint report_money_doctor_fkey foreign key (doctor_id) references data.doctor(id) on delete
        cascade
);
create index report_money_local_date_idx on data.report_money (local_date);

-- Which rows of report_day are to be counted anew.
create table data.stale_day (
    doctor_id bigint not null,
    local_date date not null,
    constraint stale_day_pkey primary key (doctor_id, local_date),
    constraint stale_day_doctor_fkey foreign key (doctor_id) references data.doctor(id) on delete
        cascade
);

-- Whose slots are to have their day anew: core.date_slots.
create table data.stale_doctor (
    doctor_id bigint not null,
    constraint stale_doctor_pkey primary key (doctor_id),
    constraint stale_doctor_doctor_fkey foreign key (doctor_id) references data.doctor(id) on delete
        cascade
);

-- Of which days, in the zone of whatever clinic, the money is to be counted anew, that of all
-- doctors.
create table data.stale_money (
    local_date date not null,
    constraint stale_money_pkey primary key (local_date)
);

-- How far counting has come.
create table data.report_state (
    singleton boolean not null default true,
    -- When the due work last began to count.
    begun_at timestamptz,
    -- The transaction in which it did: what happened before was done by older ones.
    horizon xid8,
    -- Until when everything is counted; null where that was never so.
    as_of timestamptz,
    constraint report_state_pkey primary key (singleton),
    constraint report_state_one_row check (singleton)
);

-- Further manage tokens of guests' bookings, one for each mail with a link; kept for a year.
create table data.manage_token (
    token_hash data.token_hash not null,
    booking_id bigint not null,
    created_at timestamptz not null default clock_timestamp(),
    constraint manage_token_pkey primary key (token_hash),
    constraint manage_token_booking_fkey foreign key (booking_id) references data.booking(id) on
        delete cascade
);
create index manage_token_booking_idx on data.manage_token (booking_id);
create index manage_token_created_at_idx on data.manage_token (created_at);

-- Confirmed bookings that are reminded of, or were: each once, 24 hours before it starts.
create table data.reminder (
    booking_id bigint not null,
    due_at timestamptz not null,
    reminded_at timestamptz,
    constraint reminder_pkey primary key (booking_id),
    constraint reminder_booking_fkey foreign key (booking_id) references data.booking(id) on delete
        cascade
);
create index reminder_due_at_idx on data.reminder (due_at) where (reminded_at is null);

-- By which secret a doctor's calendar is subscribed to. It ends with a new one, and where another
-- account becomes the doctor's.
create table data.calendar_link (
    doctor_id bigint not null,
    -- Who acted as the doctor then; null: nobody.
    account_id bigint,
    token_hash data.token_hash not null,
    created_at timestamptz not null default clock_timestamp(),
    constraint calendar_link_pkey primary key (doctor_id),
    constraint calendar_link_doctor_fkey foreign key (doctor_id) references data.doctor(id) on
        delete cascade,
    constraint calendar_link_account_fkey foreign key (account_id) references data.account(id) on
        delete cascade
);
create index calendar_link_account_idx on data.calendar_link (account_id) where (account_id is not
    null);
