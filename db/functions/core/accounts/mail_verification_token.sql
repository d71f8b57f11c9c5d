create or replace function core.mail_verification_token(account_id bigint, email text) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
    if core.mail_token(
        mail_verification_token.account_id, 'VERIFICATION', mail_verification_token.email
    ) is not null then
        perform core.write_mail(
            'address_change', a.email, 'Your email address is to change',
            array[
                core.say_account(a.id),
                'Somebody, you we hope, wants your account to have another email address.',
                'As soon as it is confirmed, it is the address to log in with, and this one no'
                ' longer.',
                'If it was not you, set a new password at once: that stops the change.'
            ],
            account_id => a.id
        )
        from data.account as a
        where a.id = mail_verification_token.account_id
            and lower(a.email) <> lower(mail_verification_token.email);
    end if;
end;
$$;

comment on function core.mail_verification_token is
'Mails to an address of a locked account the token that verifies it, and to the present address, if
that is another one, what is going on; unless that was done five times within the hour.';
