-- That it passes over slots which others have locked takes two connections.
begin;
select plan(9);

select tests.doctor() as doctor \gset
select
    tests.slot(:doctor, capacity => 2) as slot, tests.slot(:doctor, capacity => 2) as full_slot,
    tests.slot(:doctor, capacity => 2) as past, tests.slot(:doctor) as deleted
\gset
select
    tests.booking(:slot) as b1, tests.booking(:full_slot), tests.booking(:past),
    tests.waitlist_entry(:slot, seats => 2) as pair,
    tests.waitlist_entry(:slot) as single,
    tests.waitlist_entry(:full_slot, seats => 2) as too_many,
    tests.waitlist_entry(:past, seats => 2) as late,
    tests.waitlist_entry(:deleted) as gone
\gset
update data.slot as s set deleted_at = clock_timestamp() where s.id = :deleted;
create function pg_temp.offered(id bigint) returns text
language sql
as $$
select b.status from data.waitlist_entry as w join data.booking as b on b.id = w.booking_id
where w.id = offered.id
$$;

select is(core.serve_waitlists(1), 1, 'who was passed over is served');
select is(pg_temp.offered(:single), 'PENDING', 'with what is free');
select is(pg_temp.offered(:pair), null, 'not who waits for more');
select is(core.serve_waitlists(9), 0, 'then nobody is');
select tests.run_out(:b1);
select tests.run_out((select w.booking_id from data.waitlist_entry as w where w.id = :single));
select is(core.serve_waitlists(9), 1, 'until a hold runs out');
select is(pg_temp.offered(:pair), 'PENDING', 'for the one who waited longest');
select tests.move_slot(:past, clock_timestamp() - interval '1 minute');
select is(core.serve_waitlists(9), 1, 'who waits for what has started');
select is(
    (select w.ended_at is not null and w.booking_id is null
        from data.waitlist_entry as w where w.id = :late),
    true, 'waits no more'
);
select is(
    (select array_agg(s.id) from data.slot as s where s.has_waitlist), array[:full_slot]::bigint[],
    'which the slots know'
);

select * from finish();
rollback;
