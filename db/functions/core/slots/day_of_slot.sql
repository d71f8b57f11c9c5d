create or replace function core.day_of_slot(slot_id bigint) returns date
language plpgsql stable
set search_path = ''
as $$
begin
    return (
        select (s.start_time at time zone c.time_zone)::date
        from data.slot as s
        join data.doctor as d on d.id = s.doctor_id
        join data.clinic as c on c.id = d.clinic_id
        where s.id = day_of_slot.slot_id
    );
end;
$$;

comment on function core.day_of_slot is
'The day on which a slot starts, in the zone of its clinic.';
