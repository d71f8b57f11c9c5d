begin;
select plan(3);

\set nine '(current_date + 1 + time ''09:00'')::timestamptz'
select tests.slot(tests.doctor(), :nine, 60, capacity => 50) as slot \gset
create temp table other as
select o.title, tests.slot(tests.doctor(clinic => tests.clinic()), o.starts, o.minutes) as slot
from (
    values
    ('before', :nine - interval '30 minutes', 30), ('into', :nine - interval '30 minutes', 31),
    ('within', :nine + interval '10 minutes', 10), ('around', :nine - interval '1 hour', 180),
    ('out of', :nine + interval '59 minutes', 30), ('after', :nine + interval '60 minutes', 30)
) as o (title, starts, minutes);
alter table other add booking bigint;
update other set booking = tests.booking(other.slot);
create function pg_temp.overlaps(owner text) returns text[]
language sql
begin atomic
    select array(
        select coalesce(t.title, 'same')
        from core.overlapping_bookings(owner, :slot, clock_timestamp()) as o (id)
        left join other as t on t.booking = o.id
        order by 1
    );
end;
select is(
    pg_temp.overlaps('ann@example.com'), '{around,into,"out of",within}',
    'at any doctor of any clinic; one that ends when the other begins does not overlap'
);
select tests.booking(:slot) as same \gset
select tests.booking(:slot, status => 'CANCELLED'), tests.booking(:slot, status => 'COMPLETED');
select tests.run_out((select o.booking from other as o where o.title = 'within'));
select is(
    pg_temp.overlaps('ann@example.com'), '{around,into,"out of",same}',
    'another of the same slot does; those that are over do not'
);
select is(pg_temp.overlaps('bob@example.com'), '{}', 'those of others do not matter');

select * from finish();
rollback;
