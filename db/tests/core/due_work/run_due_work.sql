begin;
select plan(2);

select throws_ok(
    'call core.run_due_work()', '2D000', null, 'it commits each task: no transaction is around it'
);
select is_empty(
    $$select r.name
      from (values ('anon'), ('patient'), ('doctor'), ('clerk'), ('admin'), ('report')) as r (name)
      where has_function_privilege(
          'slotkeeper_' || r.name, 'core.run_due_work(integer)', 'execute'
      )$$,
    'nobody but the server runs it'
);

select * from finish();
rollback;
