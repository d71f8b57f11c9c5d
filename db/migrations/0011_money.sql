-- How money is taken, by whom, and what is given back.
create type data.payment_method as enum ('CASH', 'CARD', 'TRANSFER');
create type data.payment_outcome as enum ('SUCCEEDED', 'FAILED');

create domain data.provider_name as text
constraint provider_name_form check (value ~ '^[a-z][a-z0-9_-]{0,39}$');
comment on domain data.provider_name is
'A name of lowercase letters, digits, - and _. Example: acme-pay.';

create domain data.refund_step as data.refund_status;
comment on domain data.refund_step is 'What becomes of a refund. Offered: SENT, DONE, FAILED.';
create domain data.refund_amount as numeric(14, 2)
constraint refund_amount_range check (value > 0 and value <= 999999999999.99);
comment on domain data.refund_amount is 'An amount to give back.';

-- Who takes payments and reports on them, signing with a secret that both know.
create table data.payment_provider (
    id bigint generated always as identity constraint payment_provider_pkey primary key,
    name data.provider_name not null,
    secret text not null,
    previous_secret text,
    previous_valid_until timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    constraint payment_provider_name_key unique (name),
    -- These take money without a report.
    constraint payment_provider_not_built_in check (name not in ('simulated', 'desk')),
    constraint payment_provider_secret_length check (
        least(char_length(secret), char_length(previous_secret)) >= 64
    ),
    constraint payment_provider_previous_ends check (
        (previous_secret is null) = (previous_valid_until is null)
    )
);
comment on table data.payment_provider is
'Who takes payments and reports on them, signing with a secret that both know.';
comment on column data.payment_provider.previous_secret is
'The one before, valid for a while so that the provider can change over.';

alter table data.clinic
add column payment_provider data.provider_name
constraint clinic_payment_provider_fkey
references data.payment_provider (name) on update cascade on delete restrict;
comment on column data.clinic.payment_provider is
'Who takes payments that name nobody; null: they are simulated.';
create index clinic_payment_provider_idx on data.clinic (payment_provider)
where payment_provider is not null;

-- What was captured is what a provider says, be it another amount than was asked for.
alter table data.payment
alter column captured_amount drop expression,
alter column captured_amount set default 0,
add column captured_currency data.currency,
add column method data.payment_method,
add column taken_by_id bigint
constraint payment_taken_by_fkey references data.account (id) on delete restrict,
add column taken_by_role data.account_role;
update data.payment set captured_currency = currency where captured_amount > 0;
-- What a payment or a refund has to be, the triggers guard_payment and guard_refund keep.
alter table data.payment
drop constraint payment_settled_has_time,
drop constraint payment_settled_after_created,
drop constraint payment_provider_reference_key;
comment on table data.payment is 'An attempt to pay for a booking; its amount never changes.';
comment on column data.payment.captured_amount is
'What was taken: nothing until it succeeds, then what it is for good.';
comment on column data.payment.method is 'How it was paid at the desk.';
comment on column data.payment.taken_by_id is 'The account of the staff who took it at the desk.';
comment on column data.payment.taken_by_role is
'As what they took it; also without an account, for a DBA.';
-- A provider's reference is one payment''s; what the desk notes may be the same twice.
create unique index payment_provider_reference_key on data.payment (provider, provider_reference)
where provider_reference is not null and provider <> 'desk';
create index payment_taken_by_idx on data.payment (taken_by_id) where taken_by_id is not null;
create index payment_created_at_idx on data.payment (created_at, id);
create index payment_unusual_idx on data.payment (status, created_at, id)
where status <> 'SUCCEEDED';

-- What providers reported, each event once.
create table data.provider_event (
    id bigint generated always as identity constraint provider_event_pkey primary key,
    provider data.provider_name not null,
    event_id data.label not null,
    payment_id bigint not null
    constraint provider_event_payment_fkey references data.payment (id) on delete restrict,
    outcome data.payment_outcome not null,
    amount data.money not null,
    currency data.currency not null,
    provider_reference data.label,
    payment_status data.payment_status not null,
    received_at timestamptz not null default clock_timestamp(),
    constraint provider_event_once unique (provider, event_id)
);
comment on table data.provider_event is 'What providers reported, each event once.';
comment on column data.provider_event.payment_id is
'The payment that it settled, or left as it was: a further capture has one of its own.';
comment on column data.provider_event.payment_status is 'That of the payment from then on.';
create index provider_event_payment_idx on data.provider_event (payment_id);

alter table data.refund
add column reason data.note,
add column reference data.label,
add column sent_at timestamptz,
add column done_at timestamptz;
update data.refund
set sent_at = created_at, done_at = case when status = 'DONE' then created_at end
where status <> 'DUE';
alter table data.refund drop constraint refund_within_captured;
comment on column data.refund.reference is 'What the one who sent it calls it.';
comment on column data.refund.sent_at is 'When it was last sent.';
drop index data.refund_due_idx;
create index refund_due_idx on data.refund (sent_at nulls first, id)
where status in ('DUE', 'FAILED');
create index refund_status_idx on data.refund (status, id);
