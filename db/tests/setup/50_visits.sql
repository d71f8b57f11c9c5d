-- What staff, and who is not, are told when they call a function of api with a booking's id: one
-- line for each, `done` where it works. Nothing of it lasts.
create function tests.answers_to(function text, booking bigint) returns setof text
language plpgsql volatile
set search_path = ''
as $$
declare
    v_clinic bigint := (
        select d.clinic_id from data.booking as b join data.doctor as d on d.id = b.doctor_id
        where b.id = answers_to.booking
    );
    v_doctor bigint := (
        select d.account_id from data.booking as b join data.doctor as d on d.id = b.doctor_id
        where b.id = answers_to.booking
    );
    v_owner bigint := (select b.account_id from data.booking as b where b.id = answers_to.booking);
    v_caller record;
begin
    for v_caller in
        select c.*
        from (
            values
            (1, 'its doctor', 'doctor', v_doctor),
            (2, 'a clerk', 'clerk', tests.account(role => 'clerk', clinic => v_clinic)),
            (3, 'an admin', 'admin', tests.account(role => 'admin')),
            (4, 'its owner', 'patient', v_owner),
            (5, 'another doctor', 'doctor', tests.account(role => 'doctor')),
            (6, 'a clerk elsewhere', 'clerk',
                tests.account(role => 'clerk', clinic => tests.clinic())),
            (7, 'nobody', 'anon', null::bigint)
        ) as c (place, name, role, account)
        order by c.place
    loop
        perform tests.act_as(v_caller.role, v_caller.account);
        return next v_caller.name || ': ' || coalesce(
            substring(
                tests.refusal_of(
                    format('select api.%I(%s)', answers_to.function, answers_to.booking)
                )
                from '^\w+ \w+'
            ),
            'done'
        );
        perform tests.act_as_nobody();
    end loop;
end;
$$;

-- How a function of api answers for a booking in each status, at a slot with room for all of them.
create function tests.answers_by_status(function text, slot bigint) returns setof text
language plpgsql volatile
set search_path = ''
as $$
declare
    v_status data.booking_status;
    v_booking bigint;
begin
    foreach v_status in array enum_range(null::data.booking_status) loop
        v_booking := tests.booking(answers_by_status.slot, status => v_status::text);
        return next v_status || ': ' || coalesce(
            tests.refusal_of(
                format('select api.%I(%s)', answers_by_status.function, v_booking)
            ),
            'done'
        );
    end loop;
end;
$$;

-- A zone in which it is between noon and one o'clock, so that hours ago and in hours is today.
create function tests.noon_zone() returns text
language sql stable
return (
    select format('Etc/GMT%s%s', case when h.hours > 12 then '+' else '-' end, abs(12 - h.hours))
    from extract(hour from now() at time zone 'UTC') as h (hours)
);
