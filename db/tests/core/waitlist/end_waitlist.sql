begin;
select plan(3);

select tests.doctor() as doctor \gset
select tests.slot(:doctor) as slot, tests.slot(:doctor) as other \gset
select
    tests.waitlist_entry(:slot) as w1, tests.waitlist_entry(:slot) as w2,
    tests.waitlist_entry(:other) as w3
\gset
select api.delete_slot(:slot);
select results_eq(
    'select w.ended_at is not null from data.waitlist_entry as w order by w.id',
    array[true, true, false],
    'who waits for a deleted slot waits no more'
);
select is(
    (select s.has_waitlist from data.slot as s where s.id = :slot), false, 'and it knows that'
);
select api.delete_doctor(:doctor);
select is(
    (select bool_and(w.ended_at is not null) from data.waitlist_entry as w), true,
    'a doctor who goes takes all along'
);

select * from finish();
rollback;
