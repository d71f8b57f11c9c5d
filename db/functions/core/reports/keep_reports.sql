create or replace function core.keep_reports(batch integer, rest interval) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_now timestamptz := clock_timestamp();
    v_state data.report_state;
    v_count integer;
    v_open timestamptz;
begin
    select s.* into v_state from data.report_state as s for update skip locked;
    if v_state.begun_at is null or v_now < v_state.begun_at + keep_reports.rest and not exists (
        select from data.stale_day
    ) and not exists (select from data.stale_money) then
        return 0;
    end if;
    -- What the change of a zone, or of the software, has left without a day.
    update data.slot as s set local_date = null
    where s.id in (
        select u.id from data.slot as u
        where u.local_date is null
        order by u.id
        limit keep_reports.batch
        for no key update skip locked
    );
    -- Whoever waits for other due work should not wait for long.
    loop
        v_count := core.mark_days(4 * keep_reports.batch);
        exit when v_count < 4 * keep_reports.batch
            or clock_timestamp() > v_now + interval '500 milliseconds';
    end loop;
    while clock_timestamp() < v_now + interval '1 second' loop
        exit when core.count_money(3) + core.count_days(keep_reports.batch) = 0;
    end loop;
    -- What was not read yet, since it is too much, or may follow something that is still open.
    select c.made_at into v_open
    from data.event_reader as r
    join data.change as c on (c.xid, c.id) > (r.last_xid, r.last_id)
    where r.name = 'reports'
    order by c.xid, c.id
    limit 1;
    update data.report_state as s
    set begun_at = v_now,
        as_of = case
            when exists (select from data.stale_day) or exists (select from data.stale_money)
                or exists (select from data.slot as u where u.local_date is null)
                then s.as_of
            else greatest(s.as_of, least(v_now, v_open))
        end;
    return 0;
end;
$$;

comment on function core.keep_reports is
'Counts for the reports what has changed, for a second at the most, and not before a `rest` where it
had come to an end. Returns 0, whatever is left: that can wait for the next time.';
