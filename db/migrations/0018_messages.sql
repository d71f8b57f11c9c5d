create domain data.public_url as text
constraint public_url_form
check (value ~ '^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*$');
comment on domain data.public_url is
'Where the service is for its users, no slash at the end. Example: https://example.org.';

alter table data.setting
add column public_url data.public_url,
add column mail_address text not null default 'slotkeeper@localhost',
add column mail_name text not null default 'Slotkeeper';
comment on column data.setting.public_url is
'What links in mails begin with; null: mails hold no links. Kept by `slotkeeper serve`.';
comment on column data.setting.mail_address is
'Who mail comes from, and invites to visits. Kept by `slotkeeper serve`.';
comment on column data.setting.mail_name is
'Who that is: the name of a service that is more than one clinic. Kept by `slotkeeper serve`.';

create type data.message_status as enum ('PENDING', 'SENT', 'FAILED');

create table data.message (
    id bigint generated always as identity constraint message_pkey primary key,
    kind text not null constraint message_kind_form check (kind ~ '^[a-z]+(_[a-z]+)*$'),
    account_id bigint
    constraint message_account_fkey references data.account on delete cascade,
    booking_id bigint
    constraint message_booking_fkey references data.booking on delete cascade,
    to_address data.email not null,
    subject text not null
    constraint message_subject_one_line
    check (subject ~ '^[^\u0001-\u001f\u007f-\u009f\u2028\u2029]+$')
    constraint message_subject_length check (char_length(subject) <= 500),
    body_text text,
    body_html text,
    calendar text,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null default clock_timestamp() + interval '7 days',
    attempts integer not null default 0 constraint message_attempts_range check (attempts >= 0),
    next_attempt_at timestamptz default clock_timestamp(),
    taken_until timestamptz,
    sent_at timestamptz,
    last_error text,
    status data.message_status not null generated always as (
        case
            when next_attempt_at is not null then 'PENDING'::data.message_status
            when sent_at is not null then 'SENT'::data.message_status
            else 'FAILED'::data.message_status
        end
    ) stored,
    constraint message_expires_after_created check (expires_at >= created_at),
    constraint message_sent_is_over check (sent_at is null or next_attempt_at is null),
    constraint message_emptied_once_over check (
        next_attempt_at is not null or num_nonnulls(body_text, body_html, calendar) = 0
    )
);
comment on table data.message is
'The outbox: mails that are to be sent, ready-made, and for a year those that were.
core.write_message writes them';
comment on column data.message.to_address is
'Where it goes, or went: of a booking that which counts when it is sent.';
comment on column data.message.kind is 'What it is about, such as confirmation.';
comment on column data.message.account_id is 'Whose account it is about; null: about none.';
comment on column data.message.booking_id is 'Which booking it is about; null: about none.';
comment on column data.message.body_text is
'Empty, like the other forms of the body, once it is over: a token in it does not stay.';
comment on column data.message.calendar is 'What is attached as text/calendar; null: nothing.';
comment on column data.message.expires_at is
'When it is worth nothing any more, and given up; of a reminder the start of the visit.';
comment on column data.message.next_attempt_at is
'When it is tried, or tried again; null: it was sent, or given up.';
comment on column data.message.taken_until is 'Until when it is in the hands of who sends it.';
comment on column data.message.last_error is 'Why the last attempt failed, or it was given up.';
create index message_next_attempt_idx on data.message (next_attempt_at, id)
where next_attempt_at is not null;
create index message_taken_idx on data.message (taken_until) where taken_until is not null;
create index message_created_at_idx on data.message (created_at);
create index message_account_idx on data.message (account_id) where account_id is not null;
create index message_booking_idx on data.message (booking_id) where booking_id is not null;
