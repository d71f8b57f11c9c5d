create or replace function core.remind(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_now timestamptz := clock_timestamp();
    v_due record;
    v_row jsonb;
    v_count integer := 0;
begin
    -- Nobody waits here: what somebody else has locked is left to the next run.
    for v_due in
        select b, s.start_time
        from data.reminder as r
        join data.booking as b on b.id = r.booking_id
        -- A plain join: it is looked at again where the booking was moved before it was locked.
        join data.slot as s on s.id = b.slot_id
        where r.reminded_at is null and r.due_at <= v_now
        order by r.due_at
        limit remind.batch
        for no key update of r, b skip locked
    loop
        v_count := v_count + 1;
        if v_due.start_time - interval '24 hours' > v_now then
            -- It has just been moved; that was not read yet.
            update data.reminder as r set due_at = v_due.start_time - interval '24 hours'
            where r.booking_id = (v_due.b).id;
        elsif (v_due.b).status = 'CONFIRMED' and v_due.start_time > v_now then
            v_row := core.without_secrets(to_jsonb(v_due.b));
            insert into data.change (entity, entity_id, event, before, after)
            values ('booking', (v_due.b).id, 'booking.reminder', v_row, v_row);
            update data.reminder as r set reminded_at = v_now where r.booking_id = (v_due.b).id;
        else
            delete from data.reminder as r where r.booking_id = (v_due.b).id;
        end if;
    end loop;
    return v_count;
end;
$$;

comment on function core.remind is
'Announces, of at most `batch` bookings, that they start within 24 hours, each once; what is
cancelled or has started is forgotten. Returns how many it looked at.';
