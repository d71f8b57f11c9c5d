-- The front desk: what admins may do about bookings, visits, payments and waiting lists, a clerk
-- may do within the own clinic; with what is another clinic's a clerk is a stranger.
begin;
select plan(7);

create temp view task as
select
    p.proname::text as function, p.proargnames as names, p.proargtypes::oid[] as types,
    has_function_privilege('slotkeeper_clerk', p.oid, 'execute') as for_clerks
from pg_proc as p
where p.pronamespace = 'api'::regnamespace
    and has_function_privilege('slotkeeper_admin', p.oid, 'execute')
    and obj_description(p.oid, 'pg_proc') ~ '\nTopic: (bookings|visits|waitlist|payments)\n';
-- What is the installation's, not a clinic's.
create temp view installation (function) as
values ('create_payment_provider'), ('rotate_payment_provider'), ('delete_payment_provider'),
    ('list_payment_providers');

select is_empty(
    $$select function from task where not for_clerks
      except select function from installation$$,
    'clerks have the tasks of a desk'
);
select is_empty(
    $$select t.function from task as t join installation as i using (function) where for_clerks$$,
    'and no others'
);

-- Every task on one row, called with ids of this clinic, of another one, and of nothing.
select
    tests.account(role => 'clerk') as joe,
    tests.account(role => 'clerk', clinic => tests.clinic()) as kim
\gset
select tests.doctor() as doctor \gset
select tests.slot(:doctor, now() - interval '1 minute', capacity => 9) as slot \gset
select tests.booking(:slot, status => 'CONFIRMED') as booking \gset
select p.id as payment from data.payment as p where p.booking_id = :booking \gset
create temp table given (name, id) as values ('booking_id', :booking), ('payment_id', :payment);
create temp view call as
select t.function, g.name, g.id, format(
    'select api.%I(%s)', t.function, (
        select string_agg(
            format(
                '%I => %s', a.name,
                case when a.name = g.name then '%1$s' else 'null::' || format_type(a.type, null) end
            ), ', '
        )
        from unnest(t.names[:cardinality(t.types)], t.types) as a (name, type)
    )
) as query
from task as t join given as g on g.name = any(t.names) where t.for_clerks;

create function pg_temp.answer(account bigint, query text) returns text
language plpgsql
as $$
declare
    v_answer text;
begin
    perform tests.act_as('clerk', answer.account);
    v_answer := tests.refusal_of(answer.query);
    perform tests.act_as_nobody();
    return v_answer;
end;
$$;
create temp table answer as
select
    c.function, pg_temp.answer(:joe, format(c.query, c.id)) as own,
    pg_temp.answer(:kim, format(c.query, c.id)) as other,
    pg_temp.answer(:kim, format(c.query, 0)) as nothing
from call as c;

select cmp_ok((select count(*) from answer), '>=', 9::bigint, 'many tasks are about one row');
select is_empty(
    $$select function, other, nothing from answer
      where other is null or nothing is null or other not like 'PT404 %_not_found %'
          or regexp_replace(other, '\d+', '', 'g') <> regexp_replace(nothing, '\d+', '', 'g')$$,
    'what is another clinic''s does not exist'
);
select is_empty(
    $$select function, own from answer
      where own ~ '^PT40[34] (forbidden|(booking|payment)_not_found) '$$,
    'what is the own clinic''s does'
);

-- Lists that need no id.
select tests.act_as('clerk', :kim);
select is_empty('select * from api.list_bookings()', 'its bookings are in no list');
select is_empty('select * from api.list_payments()', 'nor are its payments');

select * from finish();
rollback;
