-- Words follow their record, and are as closed.
begin;
select plan(3);

select tests.account() as ann, tests.doctor() as doctor \gset
select tests.record(:ann, :doctor) as record \gset
select is(
    tests.constraint_against(format($$insert into data.record_word (patient_id, word, record_id)
        values (%s, 'rash', 0)$$, :ann)),
    'record_word_record_fkey', 'a word is one of a record'
);
select is(
    tests.constraint_against(format($$insert into data.record_word (patient_id, word, record_id)
        values (%s, 'nothing', %s)$$, :ann, :record)),
    'record_word_pkey', 'which has it once'
);
select is_empty(
    $$select c.relname from pg_class as c
      where c.relname in ('record', 'record_word') and c.relnamespace = 'data'::regnamespace
          and not (c.relrowsecurity and c.relforcerowsecurity)$$,
    'both tables are locked, for their owner, too'
);

select * from finish();
rollback;
