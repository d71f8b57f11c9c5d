-- Count the reports anew, of all days and all money, as the due work does by and by.
create function tests.count_reports() returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
    insert into data.stale_day (doctor_id, local_date)
    select distinct s.doctor_id, s.local_date from data.slot as s
    on conflict do nothing;
    insert into data.stale_money (local_date)
    select d::date
    from generate_series(current_date - 3, current_date + 3, interval '1 day') as d
    on conflict do nothing;
    perform core.count_days(1000);
    perform core.count_money(10);
end;
$$;
