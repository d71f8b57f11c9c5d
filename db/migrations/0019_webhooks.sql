-- Who else is told what happens, and what became of telling them.
create domain data.webhook_url as text
constraint webhook_url_form
check (value ~ '^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~%!$&()*+,;=:@?/-]*)?$')
constraint webhook_url_length check (char_length(value) <= 2000);
comment on domain data.webhook_url is
'An address that takes deliveries, without user and password.
Example: https://example.org/hooks/7.';

create type data.delivery_status as enum ('PENDING', 'DELIVERED', 'FAILED');

alter table data.setting add column local_webhooks boolean not null default false;
comment on column data.setting.local_webhooks is
'For development: deliveries go to this machine, too, and without TLS.';

create table data.webhook (
    id bigint generated always as identity constraint webhook_pkey primary key,
    url data.webhook_url not null,
    events data.event[] constraint webhook_events_listed check (
        cardinality(events) > 0 and array_position(events, null) is null
    ),
    active boolean not null default true,
    secret text constraint webhook_secret_length check (char_length(secret) >= 64),
    created_by_id bigint
    constraint webhook_created_by_fkey references data.account (id) on delete set null,
    created_at timestamptz not null default clock_timestamp(),
    deleted_at timestamptz,
    failures integer not null default 0 constraint webhook_failures_range check (failures >= 0),
    paused_until timestamptz,
    constraint webhook_deleted_after_created check (deleted_at >= created_at),
    constraint webhook_deleted_is_over check (
        (deleted_at is null) = (secret is not null) and (deleted_at is null or not active)
    )
);
comment on table data.webhook is
'Who else is told what happens: an address that takes signed deliveries.';
comment on column data.webhook.events is 'Of what it is told; null: of everything.';
comment on column data.webhook.secret is 'Signs what is delivered; gone with the webhook.';
comment on column data.webhook.created_by_id is 'The account that made it; null: a DBA did.';
comment on column data.webhook.failures is 'How many attempts in a row have failed.';
comment on column data.webhook.paused_until is
'Nothing is tried before: so a peer that hangs costs others no more than a timeout now and then.';
create index webhook_created_by_idx on data.webhook (created_by_id)
where created_by_id is not null;

create table data.delivery (
    id bigint generated always as identity constraint delivery_pkey primary key,
    webhook_id bigint not null
    constraint delivery_webhook_fkey references data.webhook (id) on delete cascade,
    change_id bigint not null
    constraint delivery_change_fkey references data.change (id) on delete cascade,
    attempts integer not null default 0 constraint delivery_attempts_range check (attempts >= 0),
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null default clock_timestamp() + interval '3 days',
    next_attempt_at timestamptz default clock_timestamp(),
    taken_until timestamptz,
    answer_status integer,
    delivered_at timestamptz,
    last_error text,
    status data.delivery_status not null generated always as (
        case
            when next_attempt_at is not null then 'PENDING'::data.delivery_status
            when delivered_at is not null then 'DELIVERED'::data.delivery_status
            else 'FAILED'::data.delivery_status
        end
    ) stored,
    constraint delivery_once unique (change_id, webhook_id),
    constraint delivery_expires_after_created check (expires_at >= created_at),
    constraint delivery_delivered_after_created check (delivered_at >= created_at)
);
comment on table data.delivery is
'What each webhook is told, and what became of it; kept for a year. What is said is made of the
change when it is sent, so nothing of a person stays here.';
comment on column data.delivery.expires_at is 'When it is given up, tried or not.';
comment on column data.delivery.next_attempt_at is 'When it is tried, or tried again; null: over.';
comment on column data.delivery.taken_until is 'Until when it is in the hands of who sends it.';
comment on column data.delivery.answer_status is 'Of the last answer; null: there was none.';
comment on column data.delivery.last_error is 'Why the last attempt failed.';
create index delivery_webhook_idx on data.delivery (webhook_id, id);
create index delivery_status_idx on data.delivery (webhook_id, status, id);
create index delivery_next_attempt_idx on data.delivery (webhook_id, next_attempt_at, id)
where next_attempt_at is not null;
create index delivery_expires_at_idx on data.delivery (expires_at)
where next_attempt_at is not null;
create index delivery_taken_idx on data.delivery (taken_until) where taken_until is not null;

insert into data.event_reader (name) values ('webhooks');
