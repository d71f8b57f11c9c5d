alter table data.booking add column revision integer not null default 0;
comment on column data.booking.revision is
'How often it was moved, seats of it given back, or cancelled: the SEQUENCE of its calendar entry.';
-- What was sent to calendars before must not be newer than what is sent from now on.
update data.booking as b
set revision = r.revisions
from (
    select c.entity_id, count(*) as revisions
    from data.change as c
    where c.entity = 'booking'
        and c.event in ('booking.moved', 'booking.seats_given_back', 'booking.cancelled')
    group by c.entity_id
) as r
where r.entity_id = b.id;
drop index data.change_visit_idx;
