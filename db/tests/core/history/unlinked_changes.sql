begin;
select plan(2);

select tests.clinic() as clinic \gset
select results_eq(
    'select c.id from core.unlinked_changes() as c order by c.id',
    'select c.id from data.change as c order by c.id', 'what is not linked'
);
update data.event_reader set (last_xid, last_id) = (
    select c.xid, c.id from data.change as c where c.entity = 'clinic' and c.entity_id = :clinic
);
select is_empty('select from core.unlinked_changes()', 'and nothing else');

select * from finish();
rollback;
