create or replace function core.mail_verification(account_id bigint, to_address text, token text)
returns bigint
language plpgsql volatile
set search_path = ''
as $$
begin
    return core.write_mail(
        'verification', mail_verification.to_address, 'Confirm your email address',
        array[
            'An account has this email address. Log in and confirm that it is yours.',
            format('The code for that is: %s', mail_verification.token),
            'It works once, for an hour. If you have no account here, do nothing.'
        ],
        core.public_link('/verify-email#verification_token=' || mail_verification.token),
        'Confirm your email address',
        account_id => mail_verification.account_id,
        expires_at => clock_timestamp() + interval '1 hour'
    );
end;
$$;

comment on function core.mail_verification is
'Mails the token by which somebody who is logged in confirms an email address.';
