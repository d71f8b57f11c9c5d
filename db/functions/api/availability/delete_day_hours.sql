create or replace function api.delete_day_hours(doctor_id bigint, date date) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
    perform core.caller_account();
    perform core.lock_doctor(delete_day_hours.doctor_id);
    delete from data.hours as h
    where h.doctor_id = delete_day_hours.doctor_id and h.weekday is null
        and h.valid @> delete_day_hours.date;
    perform core.fit_slots(
        delete_day_hours.doctor_id, delete_day_hours.date, delete_day_hours.date
    );
end;
$$;

comment on function api.delete_day_hours is
'DELETE /api/doctors/{doctor_id}/availability/{date}
Topic: availability

Lets a day have the hours of its weekday again, as it may have already.

404 doctor_not_found: no such doctor, or not the caller''s to act for.';

grant execute on function api.delete_day_hours
to slotkeeper_doctor, slotkeeper_admin;
