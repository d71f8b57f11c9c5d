create or replace function api.verify_email(verification_token text) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_account data.account;
    v_email text;
begin
    v_account := core.lock_own_account();
    delete from data.account_token as t
    where t.token_hash = core.hash_token(verify_email.verification_token)
        and t.account_id = v_account.id and t.purpose = 'VERIFICATION'
        and t.expires_at > clock_timestamp()
        and lower(t.email) in (lower(v_account.email), lower(v_account.new_email))
    returning t.email into v_email;
    if not found then
        raise exception 'verification_token_not_found' using errcode = 'PT404',
            detail = 'This verification_token is unknown, another account''s, was used, or has'
                ' run out.';
    end if;
    if lower(v_email) = lower(v_account.email) then
        update data.account as a
        set email_verified_at = clock_timestamp()
        where a.id = v_account.id;
    else
        update data.account as a
        set email = v_email, new_email = null, email_verified_at = clock_timestamp()
        where a.id = v_account.id;
        perform core.end_sessions(v_account.id, core.caller_session());
    end if;
exception
    when unique_violation then
        raise exception 'email_taken' using errcode = 'PT409',
            detail = 'There already is an account with this address.';
end;
$$;

comment on function api.verify_email is
'POST /api/auth/verify-email
Topic: accounts

Verifies an address by the token that was mailed to it; the caller must be the account for which it
was sent. A new address takes the place of the old one, and is the login from then on; all
other logins end.

404 verification_token_not_found: it is unknown, another account''s, was used, or has run out.
409 email_taken: somebody else has registered with this address meanwhile.';

grant execute on function api.verify_email
to slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
