begin;
select plan(5);

select is(core.ics_fold('UID:1'), E'UID:1\r\n', 'a short line ends as it should');
select is(core.ics_fold(repeat('a', 75)), repeat('a', 75) || E'\r\n', 'so does one of 75 octets');
select is(
    core.ics_fold(repeat('a', 150)),
    repeat('a', 75) || E'\r\n ' || repeat('a', 74) || E'\r\n a\r\n', 'a long one is folded'
);
create temp table folded as
select t.line, regexp_split_to_table(core.ics_fold(t.line), E'\r\n') as piece
from (values ('x' || repeat('é', 200)), (repeat('日本', 99)), ('ab' || repeat('😀', 80))) as t (line);
select is_empty(
    'select from folded as f where octet_length(f.piece) > 75', 'in octets, not in characters'
);
select is_empty(
    $$select from folded as f
      where replace(core.ics_fold(f.line), E'\r\n ', '') <> f.line || E'\r\n'$$,
    'and no character is cut'
);

select * from finish();
rollback;
