create or replace function core.outdate_slots() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    -- In id order, as everybody locks doctors.
    perform from data.doctor as d
    where new.id = case tg_table_name when 'clinic' then d.clinic_id else d.id end
    order by d.id
    for no key update;
    update data.doctor as d
    set slots_until = '-infinity'
    where d.slots_until is not null
        and new.id = case tg_table_name when 'clinic' then d.clinic_id else d.id end;
    return null;
end;
$$;

comment on function core.outdate_slots is
'Has the due work make slots anew where the zone or the horizon of hours has changed.';

create or replace trigger outdate_slots after update on data.clinic
for each row
when ((old.time_zone, old.horizon_days) is distinct from (new.time_zone, new.horizon_days))
execute function core.outdate_slots();

create or replace trigger outdate_slots after update on data.doctor
for each row
when (old.clinic_id <> new.clinic_id)
execute function core.outdate_slots();
