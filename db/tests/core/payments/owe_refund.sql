begin;
select plan(8);

select tests.slot(tests.doctor(fee => 30), capacity => 9) as slot \gset
select
    tests.booking(:slot, seats => 2, status => 'CONFIRMED') as pair,
    tests.booking(:slot, status => 'CONFIRMED') as single,
    tests.booking(:slot) as unpaid,
    tests.booking(:slot, status => 'CONFIRMED') as other
\gset
select tests.payment(:single, 'FAILED'), tests.payment(:single, 'SURPLUS');
create function pg_temp.owed() returns setof text
language sql
as $$
select format('%s of %s: %s', f.portion, p.booking_id, f.reason)
from data.refund as f join data.payment as p on p.id = f.payment_id order by f.id
$$;

select core.owe_refund(array[:pair, :unpaid]::bigint[], 'One seat', 20);
select is(
    array(select pg_temp.owed()), array[format('[0,20) of %s: One seat', :pair)],
    'a part of what was paid is owed, and nothing of what was not'
);
select core.owe_refund(array[:pair]::bigint[], 'Another', 10.01);
select is(
    (select f.portion from data.refund as f order by f.id desc limit 1), '[20,30.01)',
    'the next part comes behind it'
);
select core.owe_refund(array[:pair, :single]::bigint[], 'Cancelled');
select results_eq(
    $$select p.booking_id, sum(f.amount), count(*)
    from data.refund as f join data.payment as p on p.id = f.payment_id
    group by p.booking_id order by p.booking_id$$,
    format('values (%s::bigint, 60.00, 3::bigint), (%s, 30.00, 1)', :pair, :single),
    'without an amount all that is left, of what succeeded alone'
);
select count(*) as owed from data.refund \gset
select core.owe_refund(array[:pair, :single]::bigint[], 'Again');
select core.owe_refund(array[:pair]::bigint[], 'Again', 1);
select is((select count(*) from data.refund), :owed::bigint, 'then nothing is left to owe');
select core.owe_refund(array[:other]::bigint[], 'Too much', 1000);
select is(
    (select f.portion from data.refund as f order by f.id desc limit 1), '[0,30.00)',
    'who asks for too much gets what there is'
);
select is(
    (select f.status::text from data.refund as f order by f.id desc limit 1), 'DUE',
    'it is due, not sent'
);
select core.owe_refund('{}', 'Nobody');
select core.owe_refund(array[:other]::bigint[], 'Nothing', 0);
select is((select count(*) from data.refund), :owed::bigint + 1, 'nothing is no error');
select is(
    tests.constraint_against(
        format('select core.owe_refund(array[%s]::bigint[], ''Half a cent'', 0.005)',
            tests.booking(:slot, status => 'CONFIRMED'))
    ),
    'refund_within_captured', 'a part is of whole cents'
);

select * from finish();
rollback;
