create schema data;
create schema core;
create schema auth;
create schema api;
create schema report;

-- USAGE on data is what lets a caller write a value of one of its types; no table in it is granted.
grant usage on schema api, data
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_admin;
grant usage on schema auth, core, data to slotkeeper_server;
grant usage on schema report to slotkeeper_report;
