create or replace function api.create_calendar_link(doctor_id bigint) returns api.new_calendar_link
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_token text := core.new_token();
    v_result api.new_calendar_link;
begin
    perform core.caller_account();
    perform core.require_doctor(create_calendar_link.doctor_id);
    insert into data.calendar_link as l (doctor_id, account_id, token_hash)
    select d.id, d.account_id, core.hash_token(v_token)
    from data.doctor as d where d.id = create_calendar_link.doctor_id
    on conflict on constraint calendar_link_pkey do update
    set account_id = excluded.account_id, token_hash = excluded.token_hash,
        created_at = excluded.created_at;
    select l.* into v_result
    from api.new_calendar_link as l where l.doctor_id = create_calendar_link.doctor_id;
    v_result.calendar_token := v_token;
    v_result.url := core.public_link(format(
        '/api/doctors/%s/calendar.ics?calendar_token=%s', v_result.doctor_id, v_token
    ));
    return v_result;
end;
$$;

comment on function api.create_calendar_link is
'POST /api/doctors/{doctor_id}/calendar-link 201
Topic: doctors

Makes a secret link by which a calendar program subscribes to a doctor''s calendar; the one before
ends. Whoever has it sees when the doctor has visits, and no names.

404 doctor_not_found: no such doctor, or not the caller''s to act for.';

grant execute on function api.create_calendar_link to slotkeeper_doctor, slotkeeper_admin;
