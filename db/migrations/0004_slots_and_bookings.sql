create table data.slot (
    id bigint generated always as identity constraint slot_pkey primary key,
    doctor_id bigint not null
    constraint slot_doctor_fkey references data.doctor (id) on delete restrict,
    start_time timestamptz not null,
    end_time timestamptz not null,
    capacity integer not null default 1,
    created_at timestamptz not null default clock_timestamp(),
    deleted_at timestamptz,
    open boolean not null generated always as (deleted_at is null) stored,
    constraint slot_ends_after_start check (end_time > start_time),
    constraint slot_within_a_day check (end_time - start_time <= interval '1 day'),
    -- RFC 3339, and with it most clients, ends with the year 9999.
    constraint slot_within_four_digit_years check (
        end_time < timestamptz '10000-01-01 00:00:00+00'
    ),
    constraint slot_whole_minutes check (
        date_trunc('minute', end_time - start_time) = end_time - start_time
    ),
    constraint slot_capacity_range check (capacity between 1 and 1000),
    constraint slot_deleted_after_created check (deleted_at >= created_at),
    constraint slot_overlaps exclude using gist (
        doctor_id with =, tstzrange(start_time, end_time) with &&
    ) where (deleted_at is null),
    constraint slot_terms_key unique (id, doctor_id, capacity, open)
);
comment on table data.slot is
'A time at which a doctor sees patients. Its status and free seats are derived, never stored.';
comment on column data.slot.open is
'False once deleted. Live bookings refer to it, so a deleted slot can have none.';
create index slot_doctor_start_idx on data.slot (doctor_id, start_time, id);
create index slot_start_idx on data.slot (start_time, id);

create table data.booking (
    id bigint generated always as identity constraint booking_pkey primary key,
    slot_id bigint not null,
    doctor_id bigint not null,
    slot_capacity integer not null,
    slot_open boolean not null default true,
    seats data.seat_set not null,
    seat_count integer not null default 1,
    status data.booking_status not null,
    holds_seats boolean not null generated always as (
        status in ('PENDING', 'CONFIRMED', 'CHECKED_IN')
    ) stored,
    live boolean not null generated always as (status in ('PENDING', 'CONFIRMED')) stored,
    account_id bigint
    constraint booking_account_fkey references data.account (id) on delete restrict,
    manage_token_hash data.token_hash,
    idempotency_key_hash data.token_hash,
    patient_name data.label not null,
    patient_email data.email not null,
    patient_phone data.phone,
    reason data.note,
    amount data.money not null,
    currency data.currency not null,
    cancellation_notice_hours data.notice_hours not null default 0,
    refund_forfeited boolean not null default false,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz,
    confirmed_at timestamptz,
    cancelled_at timestamptz,
    -- The copies of the slot's terms follow it, so that CHECKs can speak of them: capacity cannot
    -- sink below a sold seat, and a slot with live bookings cannot be deleted, whoever tries.
    constraint booking_slot_fkey foreign key (slot_id, doctor_id, slot_capacity, slot_open)
    references data.slot (id, doctor_id, capacity, open) on update cascade on delete restrict,
    -- Readers ask for a slot_id, which this index does not have: a B-tree answers them several
    -- times faster than GiST, which the planner would take where it could.
    constraint booking_seat_sold_once exclude using gist (
        (slot_id + 0) with =, seats with &&
    ) where (holds_seats),
    constraint booking_seats_within_capacity check (
        not holds_seats or (lower(seats) >= 1 and upper(seats) <= slot_capacity + 1)
    ),
    constraint booking_slot_is_open check (slot_open or not live),
    constraint booking_one_owner check ((account_id is null) = (manage_token_hash is not null)),
    -- One expression, since each CHECK is compiled again for each insert.
    constraint booking_times_fit_status check (
        coalesce(expires_at > created_at, status <> 'PENDING')
        and (confirmed_at is not null or status in ('PENDING', 'FAILED', 'CANCELLED'))
        and (status = 'CANCELLED') = (cancelled_at is not null)
    )
);
comment on table data.booking is
'Seats of a slot, held or taken for a patient. Rows are never deleted.';
comment on column data.booking.doctor_id is 'The doctor of the slot, by whom lists find it.';
comment on column data.booking.seats is
'The numbers of the seats, from 1 to the capacity of the slot.';
comment on column data.booking.seat_count is 'How many seats these are: frozen, as the amount is.';
comment on column data.booking.holds_seats is
'Whether its seats are nobody else''s: PENDING (even if the hold has run out), CONFIRMED or
CHECKED_IN.';
comment on column data.booking.live is
'Whether it may still be cancelled or moved: PENDING (unless the hold has run out) or CONFIRMED.';
comment on column data.booking.account_id is
'Who booked; null for a guest, who proves it by the manage token.';
comment on column data.booking.cancellation_notice_hours is
'The notice of the clinic when this was booked: who cancels later than that gets nothing back.';
comment on column data.booking.refund_forfeited is
'Whether its owner moved it within the notice; then cancelling gives the owner nothing back.';
create index booking_slot_idx on data.booking (slot_id, id);
create index booking_seats_held_idx on data.booking (slot_id) where holds_seats;
-- The newest of a status, of all doctors or of one; the newest of all are merged from these. Each
-- writes the order in its own way, so that a list gets the index that it asks for.
create index booking_status_idx on data.booking (status, (-id));
create index booking_doctor_idx on data.booking (doctor_id, status, (0 - id));
create index booking_account_idx on data.booking (account_id, id) where account_id is not null;
create index booking_patient_email_idx on data.booking (lower(patient_email), id);
create index booking_expires_at_idx on data.booking (expires_at) where status = 'PENDING';
create unique index booking_idempotency_key on data.booking (idempotency_key_hash)
where idempotency_key_hash is not null;
