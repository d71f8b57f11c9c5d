begin;
select plan(6);

select is(core.lowest_seats(s.free::int4multirange, s.seats)::text, s.answer, s.sentence)
from (
    values
    ('{[1,9)}', 3, '("{[1,4)}",0)', 'the lowest of seats side by side'),
    ('{[2,3),[5,9)}', 1, '("{[2,3)}",0)', 'one of the first gap'),
    ('{[2,3),[5,9)}', 3, '("{[2,3),[5,7)}",0)', 'what is missing comes from the next one'),
    ('{[2,3),[5,9)}', 5, '("{[2,3),[5,9)}",0)', 'all of them'),
    ('{[2,3),[5,9)}', 7, '("{[2,3),[5,9)}",2)', 'and no more than there are'),
    ('{}', 2, '({},2)', 'which may be none')
) as s (free, seats, answer, sentence);

select * from finish();
rollback;
