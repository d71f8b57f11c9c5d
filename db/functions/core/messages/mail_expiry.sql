create or replace function core.mail_expiry(change data.change) returns bigint
language plpgsql volatile
set search_path = ''
as $$
begin
    return core.mail_visit(
        mail_expiry.change, mail_expiry.change.entity_id, 'expiry', 'Your booking has expired',
        'what was held for you was not paid or accepted in time, and is no longer yours:',
        'You are welcome to book again.'
    );
end;
$$;

comment on function core.mail_expiry is 'Mails that a hold or an offer has run out.';
