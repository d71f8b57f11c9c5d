begin;
select plan(3);

select is(core.one_line(E'Ann\r\nBcc: eve@example.com'), 'Ann Bcc: eve@example.com', 'one line');
select is(core.one_line(U&'\0001a\0085b\2028c\2029 '), 'a b c', 'whatever ends a line somewhere');
select is(core.one_line('Zoë O''Neill'), 'Zoë O''Neill', 'names stay as they are');

select * from finish();
rollback;
