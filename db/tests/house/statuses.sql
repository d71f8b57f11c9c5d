-- Indexes and constraints cannot call a function that a deploy replaces: they repeat what it says.
begin;
select plan(2);

-- What each of them looks at, of data.booking: the first list of it.
create temp view looked_at as
select o.name, array_agg(m[1]::data.booking_status order by m[1]::data.booking_status) as statuses
from (
    select c.relname as name, pg_get_expr(i.indpred, i.indrelid) as body
    from pg_index as i join pg_class as c on c.oid = i.indexrelid
    where i.indrelid = 'data.booking'::regclass
    union all
    select c.conname, pg_get_expr(c.conbin, c.conrelid)
    from pg_constraint as c
    where c.conrelid = 'data.booking'::regclass and c.contype = 'c'
) as o
cross join lateral regexp_matches(
    substring(o.body, 'ARRAY\[(.*?)\]'), '''(\w+)''::data.booking_status', 'g'
) as m
group by o.name;

select set_eq(
    $$select l.name from looked_at as l where l.statuses = array(
        select s from unnest(enum_range(null::data.booking_status)) as s where core.holds_seats(s)
    )$$,
    $$values ('booking_seat_sold_once'), ('booking_fits_slot'), ('booking_seats_held_idx')$$,
    'core.holds_seats() means the statuses that hold seats in the constraints'
);
select set_eq(
    $$select l.name from looked_at as l where l.statuses = array(
        select s from unnest(enum_range(null::data.booking_status)) as s where core.is_active(s)
    )$$,
    $$values ('booking_owner_active_idx')$$,
    'core.is_active() means the statuses by which an owner''s bookings are found'
);

select * from finish();
rollback;
