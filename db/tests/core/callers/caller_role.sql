begin;
select plan(22);

create function tests.caller_role() returns text
language sql security definer set search_path = ''
as 'select core.caller_role()';

select is(tests.caller_role(), 'admin', 'a superuser is an admin');
set local role slotkeeper_owner;
select is(tests.caller_role(), 'admin', 'the owner is an admin');

-- A server may log in once and then change its role, or log in as the role itself.
set local role slotkeeper_anon;
select is(tests.caller_role(), 'anon', 'slotkeeper_anon is anonymous');
set local role slotkeeper_patient;
select is(tests.caller_role(), 'patient', 'slotkeeper_patient is a patient');
set local role slotkeeper_doctor;
select is(tests.caller_role(), 'doctor', 'slotkeeper_doctor is a doctor');
set local role slotkeeper_admin;
select is(tests.caller_role(), 'admin', 'slotkeeper_admin is an admin');
set local session authorization slotkeeper_anon;
select is(tests.caller_role(), 'anon', 'a login as slotkeeper_anon is anonymous');
set local session authorization slotkeeper_patient;
select is(tests.caller_role(), 'patient', 'a login as slotkeeper_patient is a patient');
set local session authorization slotkeeper_doctor;
select is(tests.caller_role(), 'doctor', 'a login as slotkeeper_doctor is a doctor');
set local session authorization slotkeeper_admin;
select is(tests.caller_role(), 'admin', 'a login as slotkeeper_admin is an admin');
set local session authorization slotkeeper_server;
select is(tests.caller_role(), 'anon', 'the server itself is nobody');
reset session authorization;
set local role slotkeeper_report;
select is(tests.caller_role(), 'anon', 'a reader of reports is nobody');

set local role slotkeeper_patient;
select set_config('request.jwt.claims', '{"role": "admin"}', true) is null as ignored \gset
select is(tests.caller_role(), 'patient', 'what the claims say about the role does not count');
reset role;

create role tests_role_kiosk;
grant slotkeeper_patient to tests_role_kiosk;
create role tests_role_desk;
grant slotkeeper_patient, slotkeeper_doctor to tests_role_desk;
create role tests_role_manager;
grant slotkeeper_patient, slotkeeper_admin to tests_role_manager;
create role tests_role_gateway noinherit;
grant slotkeeper_patient, slotkeeper_admin to tests_role_gateway;
create role tests_role_guest;

set local role tests_role_kiosk;
select is(tests.caller_role(), 'patient', 'an own role granted slotkeeper_patient is a patient');
set local session authorization tests_role_kiosk;
select is(tests.caller_role(), 'patient', 'an own role that logs in is no admin either');
set local role slotkeeper_patient;
select is(tests.caller_role(), 'patient', 'nor is one that changes its role');
set local session authorization tests_role_desk;
select is(tests.caller_role(), 'doctor', 'an own role counts as the higher of two roles');
set local session authorization tests_role_manager;
select is(tests.caller_role(), 'admin', 'an own role granted slotkeeper_admin is an admin');
set local session authorization tests_role_guest;
select is(tests.caller_role(), 'anon', 'an own role without any of ours is anonymous');
set local session authorization tests_role_gateway;
select is(tests.caller_role(), 'anon', 'a role that does not inherit is what it changes to');
set local role slotkeeper_patient;
select is(tests.caller_role(), 'patient', 'a gateway acts as a patient for a patient');
set local role slotkeeper_admin;
select is(tests.caller_role(), 'admin', 'a gateway acts as an admin for an admin');

select * from finish();
rollback;
