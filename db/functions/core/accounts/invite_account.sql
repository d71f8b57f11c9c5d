create or replace function core.invite_account(account_id bigint) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
    v_email text;
    v_token text;
begin
    select a.email into v_email from data.account as a where a.id = invite_account.account_id;
    v_token := core.make_account_token(invite_account.account_id, 'INVITATION', v_email);
    if v_token is not null then
        perform core.mail_invitation(invite_account.account_id, v_email, v_token);
    end if;
end;
$$;

comment on function core.invite_account is
'Mails to a new account the token by which it sets its first password.';
