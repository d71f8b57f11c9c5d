begin;
select plan(12);

select tests.account('Ann') as ann, tests.account('Bob') as bob \gset
select tests.slot(tests.doctor(), capacity => 9) as slot \gset
select
    tests.booking(:slot, :ann) as hers,
    tests.booking(:slot, :bob, patient_email => 'bob@example.org') as his
\gset
set local session_replication_role = replica;
update data.change set xid = '3';
set local session_replication_role = origin;
select count(core.chain_changes(100000)) \g /dev/null
-- Also what is not linked yet.
update data.booking as b set reason = 'a cough' where b.id = :hers;

delete from data.stale_day;
select is(
    core.erase_changes(:ann), 3, 'her account, her booking, and what became of it'
);
select is_empty(
    format($$select c.id from tests.changes() as c
      where concat(c.before, c.after) ~* 'ann@' or c.after ->> 'account_id' = '%1$s'
          or c.entity = 'account' and c.entity_id = %1$s
          and num_nonnulls(c.before, c.after) > 0$$, :ann),
    'nothing is left of her'
);
select results_eq(
    format($$select c.entity, jsonb_array_length(c.after -> 'erased') from tests.changes() as c
      where c.entity = 'change'$$),
    $$values ('change', 3)$$, 'and it is written down which changes those were'
);
select isnt_empty(
    format($$select c.id from tests.changes() as c
      where c.entity = 'booking' and c.entity_id = %s and c.after is not null$$, :his),
    'what names others is still there'
);
select is(
    (select count(*) from tests.changes() as c where c.entity = 'booking' and c.entity_id = :hers),
    2::bigint, 'that something happened, too'
);
select is_empty('select from core.verify_audit()', 'the chain is whole');
select results_eq(
    'select s.doctor_id, s.local_date from data.stale_day as s',
    format('select s.doctor_id, s.local_date from data.slot as s where s.id = %s', :slot),
    'the reports, which may not have read it yet, count her days anew'
);
select isnt_empty('table data.stale_day', 'of which there is one');
select is_empty(
    $$select l.number from data.chain_link as l join tests.changes() as c on c.id = l.change_id
      where num_nonnulls(c.before, c.after) = 0 and (l.salt is not null or l.people <> '{}')$$,
    'neither a salt nor a name is left of what was emptied'
);
select is(core.erase_changes(:ann), 0, 'nothing is left to erase');
select is(core.erase_changes(null), 0, 'nobody is nobody');
set local session_replication_role = replica;
update data.change set xid = '3';
set local session_replication_role = origin;
select count(core.chain_changes(100000)) \g /dev/null
select is_empty('select from core.verify_audit()', 'nor does it break what was whole');

select * from finish();
rollback;
