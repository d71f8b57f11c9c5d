-- All of this as a superuser, who gets past grants but not past this.
begin;
select plan(6);

select tests.booking(tests.slot(tests.doctor())) as booking \gset
select c.id as change from data.change as c where c.entity = 'booking' \gset
select is(
    tests.constraint_against(format('update data.change set %s where id = %s', c.change, :change)),
    'change_append_only', c.change
)
from (
    values ('after = ''{}'''), ('actor_role = ''admin'''), ('entity_id = 1'),
    ('before = ''{}''')
) as c (change);
select is(
    tests.constraint_against('delete from data.change'), 'change_never_deleted', 'nothing goes'
);
select is(
    tests.constraint_against(format(
        'update data.change set before = null, after = null where id = %s', :change
    )),
    null, 'what was said of a person can be emptied'
);

select * from finish();
rollback;
