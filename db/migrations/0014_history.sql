comment on schema api is
'Appointments with doctors: look for a free slot, book it, pay for it, move it, cancel it. A guest
may book without an account; the answer then carries a `manage_token`, and whoever shows that may
see, pay, move and cancel the booking.

bookings: Seats of a slot that a patient holds, from booking to cancellation.
waitlist: Who gets a seat of a full slot when one comes free.
visits: The day of the visit: who is there, who is next, who did not come.
slots: When a doctor can be seen, and how many seats are free.
availability: The hours from which slots are made, and the days without any.
doctors: Who can be seen, where and at what price.
patients: Who is seen, and what a doctor writes down about it.
payments: What is paid for a booking, and by whose hands.
refunds: What is owed back.
clinics: The places that doctors work for, with their time zones and policies.
accounts: Who may log in, and how.
webhooks: Who else is told what happens.
reports: What it all comes to.
system: How the service is doing, and who did what.';

create type data.event as enum (
    'booking.held', 'booking.confirmed', 'booking.moved', 'booking.seats_given_back',
    'booking.cancelled', 'booking.expired', 'booking.declined', 'booking.checked_in',
    'booking.completed', 'booking.no_show', 'booking.reminder',
    'waitlist.offered', 'refund.due', 'refund.done'
);

create table data.change (
    id bigint generated always as identity constraint change_pkey primary key,
    xid xid8 not null default pg_current_xact_id(),
    made_at timestamptz not null default clock_timestamp(),
    entity text not null,
    entity_id bigint not null,
    event data.event,
    actor_id bigint default substring(
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
        from '^[0-9]{1,18}$'
    )::bigint,
    actor_role text not null default replace(session_user, 'slotkeeper_', ''),
    request_id text
    default nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'request_id',
    before jsonb,
    after jsonb
);
comment on table data.change is
'Every change of what a clinic must be able to account for, and what of it is announced: written
in the transaction of the change. Ids are not the order of commits: who reads on from where it
stopped reads by (xid, id), below the oldest transaction that is still open: core.next_events.
Whoever looks for changes looks into their links, which due work writes: data.chain_link';
comment on column data.change.entity is 'The table whose row changed.';
comment on column data.change.event is 'What is announced; null where nothing is.';
comment on column data.change.actor_id is
'The account that was logged in. No foreign key: it stays what it is.';
comment on column data.change.actor_role is
'As what: anon, patient, doctor, clerk, admin, server; for a DBA the login of the database.';
comment on column data.change.before is
'The row as it was, without nulls and secrets; null where it is new, or a person was erased.';
comment on column data.change.after is 'The row as it became, likewise.';
create index change_order_idx on data.change (xid, id);
-- By it a calendar counts how often its visit has changed; a booking that only comes pays nothing.
create index change_visit_idx on data.change (entity_id)
where event in ('booking.moved', 'booking.seats_given_back', 'booking.cancelled');

create table data.event_reader (
    name text constraint event_reader_pkey primary key,
    last_xid xid8 not null default '0',
    last_id bigint not null default 0
);
comment on table data.event_reader is
'How far each reader of changes has come: behind the change (last_xid, last_id).';
