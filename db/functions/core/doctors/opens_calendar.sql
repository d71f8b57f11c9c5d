create or replace function core.opens_calendar(doctor_id bigint, calendar_token text)
returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
    return exists (
        select from data.calendar_link as l
        join data.doctor as d on d.id = l.doctor_id
        left join data.account as a on a.id = d.account_id
        where l.doctor_id = opens_calendar.doctor_id
            and l.token_hash = core.hash_token(opens_calendar.calendar_token)
            and l.account_id is not distinct from d.account_id
            and (a.status is null or a.status = 'ACTIVE')
    );
end;
$$;

comment on function core.opens_calendar is
'Whether this is the secret of the link to a doctor''s calendar: of the newest one, made while the
doctor''s account was who it is now, and not while that account may not log in.';
