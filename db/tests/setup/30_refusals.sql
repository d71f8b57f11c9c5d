-- The name of the constraint that refuses a statement; null where it passes. Either way the
-- statement has no effect. Errors that name no constraint come as they are.
create function tests.constraint_against(statement text) returns text
language plpgsql volatile
set search_path = ''
as $$
declare
    v_constraint text;
begin
    execute constraint_against.statement;
    -- What is deferred to the commit is part of the question.
    set constraints all immediate;
    raise exception 'passed' using errcode = 'SK002';
exception
    when sqlstate 'SK002' then
        return null;
    when integrity_constraint_violation then
        get stacked diagnostics v_constraint = constraint_name;
        return v_constraint;
end;
$$;

-- How a statement is refused, as a caller sees it: SQLSTATE, code and sentence; null where it
-- passes. Either way it has no effect.
create function tests.refusal_of(statement text) returns text
language plpgsql volatile
set search_path = ''
as $$
declare
    v_detail text;
begin
    execute refusal_of.statement;
    raise exception 'passed' using errcode = 'SK002';
exception
    when sqlstate 'SK002' then
        return null;
    when others then
        get stacked diagnostics v_detail = pg_exception_detail;
        return concat_ws(' ', sqlstate, sqlerrm, v_detail);
end;
$$;
