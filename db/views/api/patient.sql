create or replace view api.patient as
select
    a.id, a.name, a.email, a.phone, a.date_of_birth, a.gender, a.address, a.status, a.created_at
from data.account as a
where a.role = 'patient' and a.status <> 'ERASED';

comment on view api.patient is 'Who is seen by doctors: the profile.';
comment on column api.patient.id is '! Identifies the patient, and the account.';
comment on column api.patient.name is '! Full name.';
comment on column api.patient.email is '! Email address, which is the login.';
comment on column api.patient.phone is 'Telephone number.';
comment on column api.patient.date_of_birth is 'Day of birth.';
comment on column api.patient.gender is 'Gender, in the patient''s words.';
comment on column api.patient.address is 'Postal address.';
comment on column api.patient.status is '! What the account may do: only ACTIVE ones log in.';
comment on column api.patient.created_at is '! When the account was made.';
