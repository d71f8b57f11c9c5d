create or replace function api.set_availability(
    weekly api.weekly_hours[],
    doctor_id bigint default null,
    valid_from date default null,
    valid_until date default null
) returns api.availability
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_doctor_id bigint;
    v_days daterange;
begin
    perform core.caller_account();
    v_doctor_id := core.lock_own_doctor(set_availability.doctor_id);
    if set_availability.valid_from > set_availability.valid_until or exists (
        select from unnest(set_availability.weekly) as w where w.valid_from > w.valid_until
    ) then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'valid_from must not be after valid_until.';
    end if;
    if (
        select sum(extract(epoch from w.end_time - w.start_time) / 60 / w.slot_minutes)
        from unnest(set_availability.weekly) as w
    ) > 2500 then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'A week may have 2,500 slots at the most.';
    end if;
    v_days := daterange(set_availability.valid_from, set_availability.valid_until, '[]');
    -- The hours that held before give way on these days, and stay on others.
    with cut as (
        delete from data.hours as h
        where h.doctor_id = v_doctor_id and h.weekday is not null and h.valid && v_days
        returning h.*
    )
    insert into data.hours (
        doctor_id, weekday, valid, start_time, end_time, slot_minutes, capacity, buffer_minutes
    )
    select
        c.doctor_id, c.weekday, r.days, c.start_time, c.end_time, c.slot_minutes, c.capacity,
        c.buffer_minutes
    from cut as c
    cross join lateral unnest(datemultirange(c.valid) - datemultirange(v_days)) as r (days);
    insert into data.hours (
        doctor_id, weekday, valid, start_time, end_time, slot_minutes, capacity, buffer_minutes
    )
    select
        v_doctor_id, w.weekday,
        v_days * daterange(w.valid_from, w.valid_until, '[]'),
        w.start_time, w.end_time, w.slot_minutes, w.capacity, coalesce(w.buffer_minutes, 0)
    from unnest(set_availability.weekly) as w;
    perform core.refit_slots(v_doctor_id, set_availability.valid_from);
    return (select a from api.availability as a where a.doctor_id = v_doctor_id);
exception
    when exclusion_violation then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'Hours of one weekday must not overlap.';
    when check_violation then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'Hours must be long enough for one slot, and hold on one of the days from '
                || 'valid_from to valid_until.';
end;
$$;

comment on function api.set_availability is
'PUT /api/doctors/{doctor_id}/availability
POST /api/doctors/availability
POST /doctors/availability
Topic: availability

Says in which hours of each weekday a doctor works, from `valid_from` to `valid_until`, in place of
what was said of these days before; without them from now on, for good. Slots are made of them for
the days of the clinic''s horizon, of two months at once, of later ones within seconds, and for each
day that comes within it. `buffer_minutes` is left between two slots, the last of which does not
overrun its hours. A time that clocks skip in spring yields no slot, one that comes twice in autumn
yields the first.

Coming slots that earlier hours had made, and these do not, are deleted: free ones at once, booked
ones as soon as they are free. Slots made by hand stay, and one that hours had made and somebody
deleted or moved by hand is not made again, whatever the hours: create it by hand.

400 missing_parameter: an admin named no doctor.
400 invalid_parameter: hours overlap, hold no slot or hold on none of the days; or a week has more
  than 2,500 slots.
404 doctor_not_found: no such doctor, or not the caller''s to act for.';

grant execute on function api.set_availability
to slotkeeper_doctor, slotkeeper_admin;
