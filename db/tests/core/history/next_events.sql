begin;
select plan(2);

insert into data.event_reader (name) values ('test');
select tests.booking(tests.slot(tests.doctor())) as booking \gset
select is_empty(
    format($$select from core.next_events('test', 1000) as e
      where e.entity = 'booking' and e.entity_id = %s$$, :booking),
    'nothing of a transaction that is still open'
);
select is_empty($$select from core.next_events('nobody', 10)$$, 'nothing for nobody');

select * from finish();
rollback;
