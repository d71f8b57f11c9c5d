create table data.clinic (
    id bigint generated always as identity constraint clinic_pkey primary key,
    name data.label not null,
    time_zone data.time_zone not null default 'UTC',
    currency data.currency not null default 'USD',
    hold_seconds integer not null default 120
    constraint clinic_hold_seconds_range check (hold_seconds between 1 and 86400),
    cancellation_notice_hours data.notice_hours not null default 0,
    created_at timestamptz not null default clock_timestamp()
);
comment on table data.clinic is
'Where doctors work: the zone of their hours and the terms of their bookings.';
comment on column data.clinic.hold_seconds is 'How long an unpaid booking keeps its seats.';
comment on column data.clinic.cancellation_notice_hours is
'A patient who cancels at least this long before the start gets the money back.';
-- The clinic of every doctor that names none.
insert into data.clinic (name) values ('Default clinic');

create table data.account (
    id bigint generated always as identity constraint account_pkey primary key,
    name data.label not null,
    email data.email not null,
    phone data.phone,
    password_hash text not null,
    role data.account_role not null,
    status data.account_status not null default 'ACTIVE',
    created_at timestamptz not null default clock_timestamp()
);
comment on table data.account is 'Somebody who can log in.';
create unique index account_email_key on data.account (lower(email));
create index account_status_idx on data.account (status, id);

create table data.session (
    id bigint generated always as identity constraint session_pkey primary key,
    account_id bigint not null
    constraint session_account_fkey references data.account (id) on delete cascade,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    constraint session_ends_after_start check (expires_at > created_at)
);
comment on table data.session is
'One login and all refresh tokens that descend from it: revoked as one.';
create index session_account_idx on data.session (account_id);
create index session_expires_at_idx on data.session (expires_at);

create table data.refresh_token (
    token_hash data.token_hash constraint refresh_token_pkey primary key,
    session_id bigint not null
    constraint refresh_token_session_fkey references data.session (id) on delete cascade,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    spent_at timestamptz,
    constraint refresh_token_ends_after_start check (expires_at > created_at)
);
comment on table data.refresh_token is
'SHA-256 of each refresh token that was ever given out and has not run out.';
create index refresh_token_session_idx on data.refresh_token (session_id);

create table data.doctor (
    id bigint generated always as identity constraint doctor_pkey primary key,
    clinic_id bigint not null
    constraint doctor_clinic_fkey references data.clinic (id) on delete restrict,
    account_id bigint
    constraint doctor_account_fkey references data.account (id) on delete restrict
    constraint doctor_account_key unique,
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
    constraint doctor_deleted_after_created check (deleted_at >= created_at)
);
comment on table data.doctor is
'A doctor; shown to others from listed_at on (an approval) until deleted_at.';
create index doctor_clinic_idx on data.doctor (clinic_id);
create index doctor_specialization_idx on data.doctor (lower(specialization), id);

create table data.setting (
    singleton boolean constraint setting_pkey primary key default true
    constraint setting_one_row check (singleton),
    simulated_payments boolean not null default false
);
comment on table data.setting is 'What the whole installation agrees on.';
comment on column data.setting.simulated_payments is
'Whether POST /api/payments/fake may settle payments.';
insert into data.setting default values;
