begin;
select plan(5);

select is(core.changed_only(c.fields::jsonb, c.others::jsonb), c.wanted::jsonb, c.what)
from (
    values
    ('{"a": 1, "b": 2}', '{"a": 1, "b": 3}', '{"b": 2}', 'what differs'),
    ('{"a": 1, "b": 2}', '{"a": 1}', '{"b": 2}', 'what the other has not'),
    ('{"a": 1}', '{"a": 1}', '{}', 'nothing'),
    ('{"a": 1}', null, '{"a": 1}', 'all of what is new or deleted'),
    (null, '{"a": 1}', null, 'nothing of what is not there')
) as c (fields, others, wanted, what);

select * from finish();
rollback;
