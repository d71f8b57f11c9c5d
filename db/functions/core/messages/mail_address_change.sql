create or replace function core.mail_address_change(account_id bigint, to_address text)
returns bigint
language plpgsql volatile
set search_path = ''
as $$
begin
    return core.write_mail(
        'address_change', mail_address_change.to_address, 'Your email address is to change',
        array[
            'Somebody, you we hope, wants your account to have another email address.',
            'As soon as it is confirmed, it is the address to log in with, and this one no longer.',
            'If it was not you, set a new password at once: that stops the change.'
        ],
        account_id => mail_address_change.account_id
    );
end;
$$;

comment on function core.mail_address_change is
'Tells the present address of an account, while it can still be stopped, that another one is to take
its place.';
