create or replace view api.account as
select
    a.id, a.name, a.email, a.phone, a.role, a.status,
    (
        select d.id from data.doctor as d where d.account_id = a.id and d.deleted_at is null
    ) as doctor_id,
    a.clinic_id, a.created_at, a.new_email,
    a.email_verified_at is not null as email_verified
from data.account as a;

comment on view api.account is 'Somebody who can log in.';
comment on column api.account.id is '! Identifies the account.';
comment on column api.account.name is '! Full name.';
comment on column api.account.email is '! Email address, which is the login.';
comment on column api.account.phone is 'Telephone number.';
comment on column api.account.role is '! What the account may do.';
comment on column api.account.status is
'! PENDING_APPROVAL: an admin has to approve it before it can log in. REJECTED, SUSPENDED, ERASED:
it cannot.';
comment on column api.account.doctor_id is 'The doctor as whom the account may act.';
comment on column api.account.clinic_id is 'The clinic that a clerk works for.';
comment on column api.account.created_at is '! When it was registered.';
comment on column api.account.new_email is
'The address that becomes the login once it is verified.';
comment on column api.account.email_verified is
'! Whether the owner of the account has shown to receive mail at `email`.';
