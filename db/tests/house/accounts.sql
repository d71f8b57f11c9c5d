-- A token outlives neither its account nor the account's role: whatever a logged-in role may call
-- looks at the account first.
begin;
select plan(3);

create temp view call as
select p.proname::text as function, r.role, format('select api.%I(%s)', p.proname, a.nulls) as query
from pg_proc as p
cross join unnest('{patient,doctor,clerk,admin}'::text[]) as r (role)
cross join lateral (
    select string_agg('null::' || format_type(t.type, null), ', ' order by t.number) as nulls
    from unnest(p.proargtypes::oid[]) with ordinality as t (type, number)
) as a
where p.pronamespace = 'api'::regnamespace
    and has_function_privilege('slotkeeper_' || r.role, p.oid, 'execute');

create temp table account as
select r.role, s.state, tests.account(
    role => case when s.state = 'demoted' then r.other else r.role end,
    status => case s.state
        when 'waits' then 'PENDING_APPROVAL'
        when 'suspended' then 'SUSPENDED'
        when 'rejected' then 'REJECTED'
        else 'ACTIVE'
    end
) as id
from (
    values ('patient', 'doctor'), ('doctor', 'patient'), ('clerk', 'patient'), ('admin', 'patient')
) as r (role, other)
cross join unnest('{active,deleted,demoted,rejected,suspended,waits}'::text[]) as s (state);
delete from data.account as a using account as t where a.id = t.id and t.state = 'deleted';

create function pg_temp.answer(role text, account bigint, query text) returns text
language plpgsql
as $$
declare
    v_answer text;
begin
    perform tests.act_as(answer.role, answer.account);
    v_answer := coalesce(tests.refusal_of(answer.query), 'done');
    perform tests.act_as_nobody();
    return v_answer;
end;
$$;

create temp table answer as
select c.function, c.role, t.state, pg_temp.answer(c.role, t.id, c.query) as answer
from call as c join account as t on t.role = c.role;

select is(
    array(select distinct a.state from answer as a order by 1),
    '{active,deleted,demoted,rejected,suspended,waits}',
    'every state of an account was tried'
);
select is_empty(
    $$select function, role, state, answer from answer
      where state <> 'active' and answer not like 'PT401 unauthenticated %'
      order by 1, 2, 3$$,
    'no function answers an account that is gone, demoted, suspended or not approved'
);
select is_empty(
    $$select function, role, answer from answer where state = 'active' and answer like 'PT401 %'$$,
    'each of them answers one that is active'
);

select * from finish();
rollback;
