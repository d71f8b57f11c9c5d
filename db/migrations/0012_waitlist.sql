create type data.waitlist_status as enum ('WAITING', 'OFFERED', 'BOOKED', 'ENDED');

create table data.waitlist_entry (
    id bigint generated always as identity
    constraint waitlist_entry_pkey primary key,
    slot_id bigint not null
    constraint waitlist_entry_slot_fkey references data.slot (id) on delete restrict,
    doctor_id bigint not null
    constraint waitlist_entry_doctor_fkey references data.doctor (id) on delete restrict,
    account_id bigint
    constraint waitlist_entry_account_fkey references data.account (id) on delete restrict,
    manage_token_hash data.token_hash,
    patient_name data.label not null,
    patient_email data.email not null,
    seats data.seat_count not null default 1,
    created_at timestamptz not null default clock_timestamp(),
    booking_id bigint
    constraint waitlist_entry_booking_key unique
    constraint waitlist_entry_booking_fkey references data.booking (id) on delete restrict,
    ended_at timestamptz,
    waiting boolean not null
    generated always as (booking_id is null and ended_at is null) stored,
    owner text not null
    generated always as (coalesce(account_id::text, lower(patient_email))) stored,
    booked_by_id bigint
    constraint waitlist_entry_booked_by_fkey references data.account (id) on delete restrict,
    booked_by_role data.account_role,
    constraint waitlist_entry_one_owner
    check ((account_id is null) = (manage_token_hash is not null)),
    constraint waitlist_entry_ended_without_offer check (booking_id is null or ended_at is null),
    constraint waitlist_entry_booked_by_staff
    check (booked_by_id is null or booked_by_role is not null)
);
comment on table data.waitlist_entry is
'Who waits for seats of a full slot, and the booking that came of it. Rows are never deleted.';
comment on column data.waitlist_entry.account_id is
'Who waits; null for a guest, who proves it by the manage token.';
comment on column data.waitlist_entry.booking_id is
'The offer: held for whoever waits until accepted or paid. What became of it is its status.';
comment on column data.waitlist_entry.ended_at is
'When whoever waited left, or the slot started or was deleted, with nothing offered until then.';
comment on column data.waitlist_entry.owner is
'Who waits once a slot: the account, by its id; a guest by the address. As in a booking.';
comment on column data.waitlist_entry.booked_by_id is
'The account of the staff who entered the patient; null where the patient did. As in a booking.';
comment on column data.waitlist_entry.booked_by_role is
'As what they did; also without an account, for a DBA. The booking that is offered has it, too.';
create unique index waitlist_entry_once on data.waitlist_entry (slot_id, owner) where waiting;
create index waitlist_entry_waiting_idx on data.waitlist_entry (slot_id, id) where waiting;
create index waitlist_entry_slot_idx on data.waitlist_entry (slot_id, id);
create index waitlist_entry_doctor_idx on data.waitlist_entry (doctor_id, id);
create index waitlist_entry_account_idx on data.waitlist_entry (account_id, id)
where account_id is not null;
create index waitlist_entry_token_idx on data.waitlist_entry (manage_token_hash)
where manage_token_hash is not null;
create index waitlist_entry_booked_by_idx on data.waitlist_entry (booked_by_id)
where booked_by_id is not null;

alter table data.slot add column has_waitlist boolean not null default false;
comment on column data.slot.has_waitlist is
'Whether somebody waits: then a hold that has run out is theirs, and free to nobody else.';

alter table data.booking add column priced_seats integer;
comment on column data.booking.priced_seats is
'How many seats the amount is for, where some were given back after it was paid; else null.';
