create or replace function core.mail_token(
    account_id bigint, purpose data.token_purpose, email text
) returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
    v_token text := core.make_account_token(
        mail_token.account_id, mail_token.purpose, mail_token.email
    );
begin
    return (
        select core.write_mail(
            lower(mail_token.purpose::text), mail_token.email, w.subject,
            array[
                core.say_account(mail_token.account_id), w.opening,
                format('The code %s is: %s', w.use, v_token),
                'It works once, for an hour. ' || w.closing
            ],
            core.public_link(w.path || v_token), w.link_label,
            account_id => mail_token.account_id,
            expires_at => clock_timestamp() + interval '1 hour'
        )
        from (
            values
            (
                data.token_purpose 'RESET', 'Set a new password',
                'Somebody, you we hope, has asked for a new password for your account.',
                'by which to set one',
                'If it was not you, do nothing: your password stays.',
                '/reset-password#reset_token=', 'Set a new password'
            ),
            (
                'INVITATION', 'Your new account',
                'An account was made for you. Choose a password, and you can log in with this'
                ' address.',
                'by which to set the password',
                'If it no longer works, say that you forgot the password.',
                '/reset-password#reset_token=', 'Choose a password'
            ),
            (
                'VERIFICATION', 'Confirm your email address',
                'An account has this email address. Log in and confirm that it is yours.',
                'for that',
                'If you have no account here, do nothing.',
                '/verify-email#verification_token=', 'Confirm your email address'
            )
        ) as w (purpose, subject, opening, use, closing, path, link_label)
        where w.purpose = mail_token.purpose and v_token is not null
    );
end;
$$;

comment on function core.mail_token is
'Mails to an address of a locked account a token that works once, for an hour. Returns the id of the
message; null where five of the purpose are under way already.';
