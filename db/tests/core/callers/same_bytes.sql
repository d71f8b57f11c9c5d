begin;
select plan(7);

select is(core.same_bytes('\x0001ff', '\x0001ff'), true, 'the same bytes are the same');
select is(core.same_bytes('\x0001ff', '\x0001fe'), false, 'the last may differ');
select is(core.same_bytes('\x0001ff', '\x8001ff'), false, 'or the first');
select is(core.same_bytes('\x0001ff', '\x0001'), false, 'a beginning is not the whole');
select is(core.same_bytes('\x0001ff', null), false, 'nothing is not the secret');
select is(core.same_bytes(null, null), false, 'and two nothings are no secret');
select is(core.same_bytes('', ''), true, 'no bytes are no bytes');

select * from finish();
rollback;
