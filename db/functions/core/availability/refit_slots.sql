create or replace function core.refit_slots(doctor_id bigint, first_day date) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
    -- Days that are done at once, whoever waits for it; a horizon may reach two years.
    v_reach constant integer := 62;
    v_first date := greatest(refit_slots.first_day, current_date - 1);
begin
    perform core.fit_slots(refit_slots.doctor_id, v_first, v_first + v_reach - 1);
    update data.doctor as d
    set slots_until = v_first + v_reach
    where d.id = refit_slots.doctor_id and d.slots_until > v_first + v_reach;
end;
$$;

comment on function core.refit_slots is
'Makes the slots of a doctor, whom the caller has locked, agree with the hours from a day on: those
of two months at once, later ones by the due work.';
