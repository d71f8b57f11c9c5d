create or replace function core.retire_registered(account_id bigint) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
    v_doctor_id bigint;
    v_slot_ids bigint[];
begin
    select d.id into v_doctor_id
    from data.doctor as d
    where d.account_id = retire_registered.account_id and d.registered
    for no key update;
    if not found then
        return;
    end if;
    v_slot_ids := array(
        select s.id from data.slot as s
        where s.doctor_id = v_doctor_id and s.deleted_at is null
            and s.start_time > clock_timestamp()
        order by s.id
        for update
    );
    if exists (select from data.booking as b where b.doctor_id = v_doctor_id) then
        raise exception 'doctor_has_bookings' using errcode = 'PT409',
            detail = format('The account registered as doctor %s, who was booked.', v_doctor_id);
    end if;
    update data.slot as s set deleted_at = clock_timestamp() where s.id = any(v_slot_ids);
    update data.doctor as d
    set deleted_at = clock_timestamp(), account_id = null
    where d.id = v_doctor_id;
end;
$$;

comment on function core.retire_registered is
'Marks the doctor deleted that registering an account had made, and frees the account for another
one. Does nothing where there is none.

409 doctor_has_bookings: that doctor was booked already.';
