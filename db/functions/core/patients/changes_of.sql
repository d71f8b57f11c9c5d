create or replace function core.changes_of(account_id bigint) returns setof data.change
language sql stable
begin atomic
    with booking as materialized (
        select b.id from data.booking as b where b.account_id = changes_of.account_id
    ),
    payment as materialized (
        select p.id from booking as b join data.payment as p on p.booking_id = b.id
    ),
    row_of as materialized (
        select 'account' as entity, changes_of.account_id as id
        union all
        select 'booking', b.id from booking as b
        union all
        select 'payment', p.id from payment as p
        union all
        select 'refund', f.id from payment as p join data.refund as f on f.payment_id = p.id
        union all
        select 'waitlist_entry', w.id from data.waitlist_entry as w
        where w.account_id = changes_of.account_id
        union all
        select 'record', r.id from data.record as r where r.patient_id = changes_of.account_id
        union all
        select 'privacy_request', q.id from data.privacy_request as q
        where q.patient_id = changes_of.account_id
    )
    -- Changes are found by their links, but for the newest ones, which are not linked yet; row by
    -- row, however many rows are expected.
    select c.*
    from row_of as o
    cross join lateral (
        select p.*
        from data.chain_link as l
        join data.change as e on e.id = l.change_id
        cross join lateral core.plain_change(e) as p
        where l.entity = o.entity and l.entity_id = o.id
        offset 0
    ) as c
    union all
    select c.*
    from core.unlinked_changes() as c
    where (c.entity, c.entity_id) in (select o.entity, o.id from row_of as o);
end;

comment on function core.changes_of is
'The history of a patient''s account and of all that is the account''s, in no order. Of records only
in a transaction that has written down what they are read for.';
