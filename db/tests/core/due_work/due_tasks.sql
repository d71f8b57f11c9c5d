begin;
select plan(1);

select is_empty(
    $$select t.task from unnest(core.due_tasks()) as t (task)
      where core.do_due_task(t.task) is null$$,
    'each is one that can be done'
);

select * from finish();
rollback;
