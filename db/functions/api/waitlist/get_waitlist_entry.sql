create or replace function api.get_waitlist_entry(
    waitlist_id bigint, manage_token text default null
) returns api.waitlist_entry
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_entry api.waitlist_entry;
begin
    if core.waitlist_access(get_waitlist_entry.waitlist_id, get_waitlist_entry.manage_token) is null
    then
        raise exception 'waitlist_not_found' using errcode = 'PT404',
            detail = 'There is no such entry, or it is not yours; a guest sends the manage_token.';
    end if;
    select w.* into v_entry
    from api.waitlist_entry as w
    where w.id = get_waitlist_entry.waitlist_id;
    return v_entry;
end;
$$;

comment on function api.get_waitlist_entry is
'GET /api/waitlist/{waitlist_id}
Topic: waitlist

One entry of a waitlist, for whoever waits, the doctor, the clinic''s clerks and admins.

404 waitlist_not_found: no such entry, or not the caller''s.';

grant execute on function api.get_waitlist_entry
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
