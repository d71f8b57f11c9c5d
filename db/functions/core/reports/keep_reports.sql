create or replace function core.keep_reports(batch integer, rest interval) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_state data.report_state;
    v_read_all boolean;
    v_dated integer;
    v_count integer;
begin
    select s.* into v_state from data.report_state as s for update skip locked;
    if not found or now() < v_state.begun_at + keep_reports.rest
        and not exists (select from data.stale_doctor)
        and not exists (select from data.stale_day)
        and not exists (select from data.stale_money)
    then
        return 0;
    end if;
    -- Whether all is over by now that was open when this was last begun.
    v_read_all := pg_snapshot_xmin(pg_current_snapshot()) > v_state.horizon;
    v_dated := core.date_slots(keep_reports.batch);
    -- Whoever waits for other due work should not wait for long.
    loop
        v_count := core.mark_days(4 * keep_reports.batch);
        exit when v_count < 4 * keep_reports.batch
            or clock_timestamp() > now() + interval '500 milliseconds';
    end loop;
    while clock_timestamp() < now() + interval '1 second' loop
        exit when core.count_money(3) + core.count_days(keep_reports.batch) = 0;
    end loop;
    v_read_all := v_read_all and v_count < 4 * keep_reports.batch and v_dated = 0;
    update data.report_state as s
    set begun_at = now(), horizon = pg_current_xact_id(),
        as_of = case
            when v_read_all and not exists (select from data.stale_doctor)
                and not exists (select from data.stale_day)
                and not exists (select from data.stale_money)
                then s.begun_at
            else s.as_of
        end;
    return v_dated;
end;
$$;

comment on function core.keep_reports is
'Counts for the reports what has changed, for a second at the most, and not before a `rest` where it
had come to an end. Returns how many slots got another day, since there may be many more; whatever
else is left can wait for the next time.';
