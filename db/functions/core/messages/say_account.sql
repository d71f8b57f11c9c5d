create or replace function core.say_account(account_id bigint) returns text
language plpgsql stable
set search_path = ''
as $$
begin
    return (
        select format('This mail is about an account at %s.', coalesce(c.name, s.mail_name))
        from data.account as a
        cross join data.setting as s
        left join data.doctor as d on d.account_id = a.id
        left join data.clinic as c on c.id = coalesce(a.clinic_id, d.clinic_id, a.made_at_clinic_id)
        where a.id = say_account.account_id
    );
end;
$$;

comment on function core.say_account is
'Whose mail about an account it is, in words: the clinic''s where staff works or that made the
account, else the service''s.';
