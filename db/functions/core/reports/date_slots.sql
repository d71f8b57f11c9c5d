create or replace function core.date_slots(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_doctor_id bigint := (select min(m.doctor_id) from data.stale_doctor as m);
    v_count integer;
begin
    -- Where there is nothing to do, nobody waits for a lock of the table either.
    if v_doctor_id is null then
        return 0;
    end if;
    -- The trigger writes the day.
    update data.slot as s
    set local_date = null
    where s.id = any(array(
        select u.id
        from data.slot as u
        join data.doctor as d on d.id = u.doctor_id
        join data.clinic as c on c.id = d.clinic_id
        where u.doctor_id = v_doctor_id
            and u.local_date is distinct from (u.start_time at time zone c.time_zone)::date
        order by u.id
        limit date_slots.batch
        for no key update of u
    ));
    get diagnostics v_count = row_count;
    if v_count < date_slots.batch then
        delete from data.stale_doctor as m where m.doctor_id = v_doctor_id;
    end if;
    return v_count;
end;
$$;

comment on function core.date_slots is
'Gives at most `batch` slots of one marked doctor the day that they have in the zone of the clinic
now; returns how many these were.';
