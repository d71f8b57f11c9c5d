create or replace function core.require_doctor_account(account_id bigint) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
    if require_doctor_account.account_id is not null and not exists (
        select from data.account as a
        where a.id = require_doctor_account.account_id and a.role = 'doctor'
            and a.status in ('ACTIVE', 'PENDING_APPROVAL')
    ) then
        raise exception 'account_not_found' using errcode = 'PT404',
            detail = format('There is no doctor''s account %s.', require_doctor_account.account_id);
    end if;
end;
$$;

comment on function core.require_doctor_account is
'Refuses an account that cannot act for a doctor; null passes.

404 account_not_found: no such account, or not a doctor''s, or suspended or rejected.';
