-- What happened, with before and after as JSON, whatever it was.
create function tests.changes() returns setof data.change
language sql
as $$select p.* from data.change as c cross join lateral core.plain_change(c) as p$$;
