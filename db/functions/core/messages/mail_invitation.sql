create or replace function core.mail_invitation(account_id bigint, to_address text, token text)
returns bigint
language plpgsql volatile
set search_path = ''
as $$
begin
    return core.write_mail(
        'invitation', mail_invitation.to_address, 'Your new account',
        array[
            'An account was made for you. Choose a password, and you can log in with this address.',
            format('The code by which to set the password is: %s', mail_invitation.token),
            'It works once. If it no longer works, say that you forgot the password.'
        ],
        core.public_link('/reset-password#reset_token=' || mail_invitation.token),
        'Choose a password',
        account_id => mail_invitation.account_id,
        expires_at => clock_timestamp() + interval '1 hour'
    );
end;
$$;

comment on function core.mail_invitation is
'Mails the token by which somebody for whom staff made an account sets its first password.';
