create or replace function api.delete_time_off(doctor_id bigint, time_off_id bigint) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_first_day date;
begin
    perform core.caller_account();
    perform core.lock_doctor(delete_time_off.doctor_id);
    delete from data.time_off as t
    using data.doctor as d, data.clinic as c
    where t.id = delete_time_off.time_off_id and t.doctor_id = delete_time_off.doctor_id
        and d.id = t.doctor_id and c.id = d.clinic_id
    returning (t.start_time at time zone c.time_zone)::date into v_first_day;
    if not found then
        raise exception 'time_off_not_found' using errcode = 'PT404',
            detail = 'There is no such time off, or it is another doctor''s.';
    end if;
    perform core.refit_slots(delete_time_off.doctor_id, v_first_day);
end;
$$;

comment on function api.delete_time_off is
'DELETE /api/doctors/{doctor_id}/time-off/{time_off_id}
Topic: availability

Ends time off: the slots that the hours make are made again, those made by hand are not.

404 doctor_not_found: no such doctor, or not the caller''s to act for.
404 time_off_not_found: no such time off of that doctor.';

grant execute on function api.delete_time_off
to slotkeeper_doctor, slotkeeper_admin;
