begin;
select plan(5);

create role tests_role_kiosk;
grant slotkeeper_patient to tests_role_kiosk;
create role tests_role_desk;
grant slotkeeper_patient, slotkeeper_doctor to tests_role_desk;
create role tests_role_manager;
grant slotkeeper_doctor, slotkeeper_admin to tests_role_manager;
create role tests_role_guest;

select is(core.granted_role('tests_role_kiosk'), 'patient', 'who was granted patient is a patient');
select is(core.granted_role('tests_role_desk'), 'doctor', 'who was granted doctor too is a doctor');
select is(core.granted_role('tests_role_manager'), 'admin', 'who was granted admin is an admin');
select is(core.granted_role('tests_role_guest'), 'anon', 'who was granted nothing is anonymous');
select is(core.granted_role('slotkeeper_server'), 'anon', 'so is the server itself');

select * from finish();
rollback;
