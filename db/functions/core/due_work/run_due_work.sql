-- What ends transactions can neither pin a search_path nor be SECURITY DEFINER: names are whole.
create or replace procedure core.run_due_work(inout done integer default 0)
language plpgsql
as $$
declare
    v_task text;
begin
    -- In any order: one that meets the time limit keeps nobody from a turn in the next run.
    for v_task in select t.task from unnest(core.due_tasks()) as t (task) order by random() loop
        -- It ends with the transaction: nothing is left behind by who dies, whatever is between us.
        exit when not pg_catalog.pg_try_advisory_xact_lock(
            pg_catalog.hashtext('slotkeeper.due_work')
        );
        begin
            done := done + core.do_due_task(v_task);
        exception when others then
            raise warning 'due work: % failed: % %', v_task, sqlstate, sqlerrm;
        end;
        commit;
    end loop;
end;
$$;

comment on procedure core.run_due_work is
'Does a batch of each task that has become due, each in a transaction of its own, and gives how many
things that were: call again until 0. One that fails is rolled back and reported as a warning. Does
nothing while another session does it. Nothing depends on when: a hold is over when its time is
over. pg_cron calls this, or the server.';

grant execute on procedure core.run_due_work to slotkeeper_server;
