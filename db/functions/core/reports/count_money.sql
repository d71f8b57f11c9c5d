create or replace function core.count_money(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_dates date[];
    v_from timestamptz;
    v_until timestamptz;
begin
    -- Days that follow each other, as one look at the money of that time is enough for them.
    with taken as (
        delete from data.stale_money as m
        where m.local_date in (
            select o.local_date from data.stale_money as o
            where o.local_date < (select min(f.local_date) from data.stale_money as f)
                + count_money.batch
        )
        returning m.*
    )
    select array_agg(t.local_date) into v_dates from taken as t;
    if v_dates is null then
        return 0;
    end if;
    -- Everywhere on earth.
    select
        (min(d)::timestamp - interval '14 hours') at time zone 'UTC',
        (max(d)::timestamp + interval '36 hours') at time zone 'UTC'
    into v_from, v_until
    from unnest(v_dates) as d;
    delete from data.report_money as r where r.local_date = any(v_dates);
    insert into data.report_money (
        doctor_id, local_date, currency, captured, surplus, owed_back, paid_back
    )
    select
        m.doctor_id, m.local_date, m.currency, sum(m.captured), sum(m.surplus), sum(m.owed_back),
        sum(m.paid_back)
    from core.money_move as m
    where m.instant >= v_from and m.instant < v_until and m.local_date = any(v_dates)
    group by m.doctor_id, m.local_date, m.currency;
    return cardinality(v_dates);
end;
$$;

comment on function core.count_money is
'Counts anew for the reports the money of marked days, of those within `batch` days from the first
one on; returns how many these were.';
