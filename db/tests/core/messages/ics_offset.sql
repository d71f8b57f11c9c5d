begin;
select plan(4);

select is(core.ics_offset(o.shift), o.written, o.written)
from (
    values (interval '0', '+0000'), ('5:45', '+0545'), ('-3:30', '-0330'), ('-10:00', '-1000')
) as o (shift, written);

select * from finish();
rollback;
