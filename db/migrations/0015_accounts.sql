alter type data.account_status add value 'SUSPENDED';
alter type data.account_status add value 'REJECTED';

create domain data.new_password as text
constraint new_password_length check (char_length(value) between 8 and 1024);
comment on domain data.new_password is
'A new password of at least 8 characters. Example: correct horse battery.';

create domain data.password as text
constraint password_length check (char_length(value) <= 1024);
comment on domain data.password is 'A password. Example: correct horse battery.';

-- Accounts of the demo have none that anybody knows.
update data.account set password_hash = null where password_hash not like '$argon2id$%';
alter table data.account
add column new_email data.email
constraint account_new_email_differs check (lower(new_email) <> lower(email)),
add column email_verified_at timestamptz,
add constraint account_password_hashed check (password_hash like '$argon2id$%');
comment on column data.account.new_email is
'The address that takes the place of the other one once it is verified.';
comment on column data.account.email_verified_at is
'When a token that was sent to the address came back from the account; null: it never did.';

create type data.token_purpose as enum ('RESET', 'INVITATION', 'VERIFICATION');

create table data.account_token (
    token_hash data.token_hash constraint account_token_pkey primary key,
    account_id bigint not null
    constraint account_token_account_fkey references data.account (id) on delete cascade,
    purpose data.token_purpose not null,
    email data.email not null,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    constraint account_token_ends_after_start check (expires_at > created_at)
);
comment on table data.account_token is
'SHA-256 of each token that was mailed to an account and has neither been used nor run out.';
comment on column data.account_token.email is
'Where it was sent to: it is worth nothing once that is no address of the account any more.';
create index account_token_account_idx on data.account_token (account_id, purpose);
create index account_token_expires_at_idx on data.account_token (expires_at);

create table data.reset_request (
    id bigint generated always as identity constraint reset_request_pkey primary key,
    email data.email not null,
    created_at timestamptz not null default clock_timestamp()
);
comment on table data.reset_request is
'Addresses whose owners say that they forgot a password, until the due work has looked whose they
are: whoever asks cannot tell from the time that the answer takes.';

alter table data.session add column refreshed_at timestamptz;
update data.session set refreshed_at = created_at;
alter table data.session
alter column refreshed_at set default clock_timestamp(),
alter column refreshed_at set not null;
comment on column data.session.refreshed_at is 'When its newest refresh token was given out.';
create index session_live_idx on data.session (account_id, id) where revoked_at is null;
alter type core.session add attribute session_id bigint;

alter table data.doctor add column suspended_at timestamptz;
comment on column data.doctor.suspended_at is
'Since when the account that acts for the doctor is suspended: no slot is offered meanwhile.';
create index doctor_suspended_idx on data.doctor (id) where suspended_at is not null;

create type api.session as (
    id bigint,
    created_at timestamptz,
    refreshed_at timestamptz,
    expires_at timestamptz,
    current boolean
);
comment on type api.session is 'A login that has not ended.';
comment on column api.session.id is '! Identifies the login.';
comment on column api.session.created_at is '! When one logged in.';
comment on column api.session.refreshed_at is '! When it last got a pair of tokens.';
comment on column api.session.expires_at is '! When it ends unless it gets another one.';
comment on column api.session.current is '! Whether the token of this request comes from it.';

create type api.notice as (message text);
comment on type api.notice is 'That something is being done.';
comment on column api.notice.message is '! A sentence for people.';
