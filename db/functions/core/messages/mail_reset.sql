create or replace function core.mail_reset(account_id bigint, to_address text, token text)
returns bigint
language plpgsql volatile
set search_path = ''
as $$
begin
    return core.write_mail(
        'reset', mail_reset.to_address, 'Set a new password',
        array[
            'Somebody, you we hope, has asked for a new password for your account.',
            format('The code by which to set one is: %s', mail_reset.token),
            'It works once, for an hour. If it was not you, do nothing: your password stays.'
        ],
        core.public_link('/reset-password#reset_token=' || mail_reset.token), 'Set a new password',
        account_id => mail_reset.account_id,
        expires_at => clock_timestamp() + interval '1 hour'
    );
end;
$$;

comment on function core.mail_reset is
'Mails the token by which somebody who forgot the password sets a new one.';
