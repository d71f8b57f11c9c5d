begin;
select plan(4);

select tests.booking(tests.slot(tests.doctor())) as booking \gset
update data.booking as b set reason = 'a cough' where b.id = :booking;
create temp view changed as
select c, p
from data.change as c cross join lateral core.plain_change(c) as p
where c.entity = 'booking' and c.entity_id = :booking and c.event is null;
select is(
    to_jsonb(array[(v.p).before, (v.p).after]),
    to_jsonb(array[
        core.without_secrets(to_jsonb(b) - 'reason'), core.without_secrets(to_jsonb(b))
    ]),
    'a booking as it was and became, without secrets'
)
from data.booking as b, changed as v where b.id = :booking;
select is(
    num_nonnulls((v.p).booking_before, (v.p).booking_after), 0, 'in this form alone'
)
from changed as v;
select is(
    to_jsonb(v.p) - '{before, after}'::text[],
    to_jsonb(v.c) - '{before, after}'::text[] || '{"booking_before": null, "booking_after": null}',
    'all else is as it was written'
)
from changed as v;
select is(core.plain_change(c), c, 'of anything else nothing changes')
from data.change as c where c.entity = 'doctor';

select * from finish();
rollback;
