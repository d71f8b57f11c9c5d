create or replace function core.date_slots_anew() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    perform from data.slot as s
    where s.doctor_id in (select d.id from data.doctor as d where d.clinic_id = new.id)
    order by s.id
    for no key update;
    update data.slot as s
    set local_date = null
    where s.doctor_id in (select d.id from data.doctor as d where d.clinic_id = new.id)
        and s.local_date is distinct from (s.start_time at time zone new.time_zone)::date;
    return null;
end;
$$;

comment on function core.date_slots_anew is
'Lets the slots of a clinic have their day anew, as its zone has changed.';

create or replace trigger date_slots_anew after update of time_zone on data.clinic
for each row when (old.time_zone is distinct from new.time_zone)
execute function core.date_slots_anew();
