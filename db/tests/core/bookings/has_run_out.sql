begin;
select plan(6);

select tests.slot(tests.doctor(), capacity => 9) as slot \gset
select
    tests.booking(:slot) as held,
    tests.booking(:slot) as over,
    tests.booking(:slot, status => 'CONFIRMED') as paid,
    tests.booking(:slot, status => 'FAILED') as failed,
    tests.booking(:slot, amount => 0, status => 'CONFIRMED') as free
\gset
select tests.run_out(b) from unnest(array[:over, :paid, :failed]) as b;
create function pg_temp.is_over(booking_id bigint) returns boolean
language sql
as $$
select core.has_run_out(b.status, b.expires_at, clock_timestamp())
from data.booking as b where b.id = booking_id
$$;

select is(pg_temp.is_over(:held), false, 'a hold that lasts has not run out');
select is(pg_temp.is_over(:over), true, 'one whose time is over has');
select is(pg_temp.is_over(:paid), false, 'what is paid cannot');
select is(pg_temp.is_over(:failed), false, 'what has failed already cannot');
select is(pg_temp.is_over(:free), false, 'what costs nothing cannot');

-- The end may pass while a statement is under way, such as one that waited for a lock.
create function pg_temp.is_over_now(booking_id bigint) returns boolean
language plpgsql set session_replication_role = replica
as $$
begin
    update data.booking as b set expires_at = clock_timestamp() where b.id = is_over_now.booking_id;
    return pg_temp.is_over(is_over_now.booking_id);
end;
$$;
select is(pg_temp.is_over_now(:held), true, 'it is over the moment that the clock says so');

select * from finish();
rollback;
