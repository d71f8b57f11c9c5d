create or replace function api.send_verification() returns api.notice
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_account data.account;
begin
    v_account := core.lock_own_account();
    if v_account.new_email is not null or v_account.email_verified_at is null then
        perform core.mail_verification_token(
            v_account.id, coalesce(v_account.new_email, v_account.email)
        );
    end if;
    return row('Unless the address is verified already, a mail is on its way.')::api.notice;
end;
$$;

comment on function api.send_verification is
'POST /api/auth/send-verification 202
Topic: accounts

Mails a `verification_token`, which works once, within the hour, to the address of the caller that
is to be verified: the new one, where there is one.';

grant execute on function api.send_verification
to slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
