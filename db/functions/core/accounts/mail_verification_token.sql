create or replace function core.mail_verification_token(account_id bigint, email text) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
    v_token text;
begin
    v_token := core.make_account_token(
        mail_verification_token.account_id, 'VERIFICATION', mail_verification_token.email
    );
    if v_token is not null then
        perform core.mail_verification(
            mail_verification_token.account_id, mail_verification_token.email, v_token
        );
        perform core.mail_address_change(a.id, a.email)
        from data.account as a
        where a.id = mail_verification_token.account_id
            and lower(a.email) <> lower(mail_verification_token.email);
    end if;
end;
$$;

comment on function core.mail_verification_token is
'Mails to an address of a locked account the token that verifies it, and to the present address, if
that is another one, what is going on; unless that was done five times within the hour.';
