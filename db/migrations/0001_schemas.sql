create schema data;
create schema core;
create schema auth;
create schema api;
create schema report;

-- What the documentation of the whole says, and of each topic (a folder below db/functions/api).
comment on schema api is
'Appointments with doctors: look for a free slot, book it, pay for it, move it, cancel it. A guest
may book without an account; the answer then carries a `manage_token`, and whoever shows that may
see, pay, move and cancel the booking.

bookings: Seats of a slot that a patient holds, from booking to cancellation.
slots: When a doctor can be seen, and how many seats are free.
doctors: Who can be seen, where and at what price.
payments: What is paid for a booking.
clinics: The places that doctors work for, with their time zones and rules.
accounts: Who may log in, and how.
system: How the service is doing.';

-- USAGE on data is what lets a caller write a value of one of its types; no table in it is granted.
grant usage on schema api, data
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_admin;
grant usage on schema auth, core, data to slotkeeper_server;
grant usage on schema report to slotkeeper_report;
