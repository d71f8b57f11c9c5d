-- All of this as a superuser, who gets past grants but not past this.
begin;
select plan(9);

select tests.booking(tests.slot(tests.doctor())) as booking \gset
select c.id as change from data.change as c where c.entity = 'booking' \gset
select is(
    tests.constraint_against(format('update data.change set %s where id = %s', c.change, :change)),
    'change_append_only', c.change
)
from (
    values ('after = ''{}'''), ('actor_role = ''admin'''), ('entity_id = 1'),
    ('before = ''{}'''), ('booking_after = null, after = ''{}'''),
    ('booking_after.amount = 0'), ('booking_before = booking_after')
) as c (change);
select is(
    tests.constraint_against('delete from data.change'), 'change_never_deleted', 'nothing goes'
);
select is(
    tests.constraint_against(format(
        'update data.change set booking_before = null, booking_after = null where id = %s', :change
    )),
    null, 'what was said of a person can be emptied'
);

select * from finish();
rollback;
