create type data.booking_state as (
    id bigint,
    slot_id bigint,
    doctor_id bigint,
    slot_capacity integer,
    slot_open boolean,
    seats int4multirange,
    seat_count integer,
    status data.booking_status,
    account_id bigint,
    patient_name text,
    patient_email text,
    patient_phone text,
    reason text,
    amount numeric,
    currency text,
    cancellation_notice_hours integer,
    refund_forfeited boolean,
    created_at timestamptz,
    expires_at timestamptz,
    confirmed_at timestamptz,
    cancelled_at timestamptz,
    payment_terms data.payment_terms,
    booked_by_id bigint,
    booked_by_role data.account_role,
    checked_in_at timestamptz,
    completed_at timestamptz,
    cancelled_by data.canceller,
    cancellation_reason text,
    priced_seats integer,
    revision integer
);
comment on type data.booking_state is
'A booking as the history keeps it: without secrets, and without what follows from the rest. By
types: as JSON its history took almost twice as much of a booking''s time.';
alter table data.change
    add column booking_before data.booking_state,
    add column booking_after data.booking_state;
comment on column data.change.booking_before is
'Of a booking, instead of `before`. core.plain_change gives both in one form.';
comment on column data.change.booking_after is 'Of a booking, instead of `after`.';
