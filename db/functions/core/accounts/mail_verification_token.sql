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
    end if;
end;
$$;

comment on function core.mail_verification_token is
'Mails to an address of a locked account the token that verifies it, unless that was done five times
within the hour.';
