create table data.payment (
    id bigint generated always as identity constraint payment_pkey primary key,
    booking_id bigint not null
    constraint payment_booking_fkey references data.booking (id) on delete restrict,
    amount data.money not null,
    currency data.currency not null,
    status data.payment_status not null default 'PENDING',
    provider data.label not null,
    provider_reference data.label,
    created_at timestamptz not null default clock_timestamp(),
    settled_at timestamptz,
    -- What a refund may give back: nothing unless the money was taken.
    captured_amount numeric(14, 2) not null generated always as (
        case when status in ('SUCCEEDED', 'SURPLUS') then amount else 0 end
    ) stored,
    constraint payment_settled_has_time check ((status = 'PENDING') = (settled_at is null)),
    constraint payment_settled_after_created check (settled_at >= created_at),
    constraint payment_provider_reference_key unique (provider, provider_reference),
    constraint payment_captured_key unique (id, captured_amount)
);
comment on table data.payment is
'An attempt to pay for a booking. Settled once; amounts never change.';
create index payment_booking_idx on data.payment (booking_id, id);
create unique index payment_one_succeeded on data.payment (booking_id) where status = 'SUCCEEDED';
create unique index payment_one_pending on data.payment (booking_id) where status = 'PENDING';

create table data.refund (
    id bigint generated always as identity constraint refund_pkey primary key,
    payment_id bigint not null,
    captured_amount numeric(14, 2) not null,
    portion numrange not null,
    amount numeric(14, 2) not null generated always as (upper(portion) - lower(portion)) stored,
    status data.refund_status not null default 'DUE',
    created_at timestamptz not null default clock_timestamp(),
    constraint refund_payment_fkey foreign key (payment_id, captured_amount)
    references data.payment (id, captured_amount) on delete restrict,
    -- Portions of one payment are whole cents inside what was captured and never overlap, so their
    -- sum cannot exceed it.
    constraint refund_within_captured check (
        portion <@ numrange(0, captured_amount)
        and lower(portion) = round(lower(portion), 2)
        and upper(portion) = round(upper(portion), 2)
        and lower(portion) < upper(portion)
    ),
    constraint refund_once exclude using gist (payment_id with =, portion with &&)
);
comment on table data.refund is
'Money to give back: which part, [from, to), of the captured amount.';
create index refund_payment_idx on data.refund (payment_id);
create index refund_due_idx on data.refund (id) where status in ('DUE', 'FAILED');
