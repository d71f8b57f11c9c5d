create or replace function api.forgot_password(email data.email) returns api.notice
language plpgsql volatile security definer
set search_path = ''
as $$
begin
    perform core.caller_account();
    -- Whose address it is is looked up by the due work: here it would take a time that tells.
    insert into data.reset_request (email) values (forgot_password.email);
    return row('If an account has this address, a mail is on its way.')::api.notice;
end;
$$;

comment on function api.forgot_password is
'POST /api/auth/forgot-password 202
Topic: accounts

Mails a `reset_token`, with which a new password can be set once, within the hour, if an account has
the address. The answer is the same, and takes the same time, if none has.';

grant execute on function api.forgot_password
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
