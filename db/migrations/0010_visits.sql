-- How a list of bookings is ordered.
create type data.booking_order as enum ('created_at', 'start_time');
comment on type data.booking_order is
'created_at: the newest first. start_time: in the order of the day.';

create type data.visit_time as enum ('upcoming', 'past');
comment on type data.visit_time is 'Whether a visit is still to start.';

create domain data.staff_role as data.account_role;
comment on domain data.staff_role is 'What an admin makes accounts for. Offered: clerk, admin.';

-- An account that staff made has none until the person sets one.
alter table data.account alter column password_hash drop not null;
create index account_role_idx on data.account (role, id);

-- Until now only an administrator's own hand could make such rows.
update data.booking as b
set checked_in_at = coalesce(b.checked_in_at, b.confirmed_at),
    completed_at = case b.status
        when 'COMPLETED' then greatest(b.completed_at, b.checked_in_at, b.confirmed_at)
    end
where b.status in ('CHECKED_IN', 'COMPLETED');

create type api.queue_entry as (
    id bigint,
    "position" integer,
    expected_wait_minutes integer,
    status data.booking_status,
    start_time timestamptz,
    end_time timestamptz,
    checked_in_at timestamptz,
    seats integer,
    patient_name data.label
);
comment on type api.queue_entry is 'A booking of today that is not over yet.';
comment on column api.queue_entry.id is '! The booking.';
comment on column api.queue_entry.position is '! Its place: 1 is with the doctor, or next.';
comment on column api.queue_entry.expected_wait_minutes is
'! In how many minutes its turn should come, as long as the doctor''s last visits took.';
comment on column api.queue_entry.status is '! CHECKED_IN: the patient is there.';
comment on column api.queue_entry.start_time is '! When the slot starts.';
comment on column api.queue_entry.end_time is '! When the slot ends.';
comment on column api.queue_entry.checked_in_at is 'When the patient arrived.';
comment on column api.queue_entry.seats is '! How many seats.';
comment on column api.queue_entry.patient_name is '! For whom the booking is.';
