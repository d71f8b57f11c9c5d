begin;
select plan(2);

select is(
    core.ics_text(E'a;b,c\\d\r\nATTENDEE:eve'), 'a\;b\,c\\d ATTENDEE:eve',
    'no separator is left, nor another line'
);
select is(core.ics_text('Dr. Zoë: "1"'), 'Dr. Zoë: "1"', 'the rest stays as it is');

select * from finish();
rollback;
