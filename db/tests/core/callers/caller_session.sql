begin;
select plan(4);

create function tests.caller_session(claims text) returns bigint
language plpgsql set search_path = ''
as $$
begin
    perform set_config('request.jwt.claims', caller_session.claims, true);
    return core.caller_session();
end;
$$;
select is(tests.caller_session('{"session_id": 7}'), 7::bigint, 'a token comes from a login');
select is(tests.caller_session('{"sub": "7"}'), null, 'or from none that it tells');
select is(tests.caller_session('{"session_id": "x"}'), null, 'or from none of ours');
select is(tests.caller_session(''), null, 'or there is no token');

select * from finish();
rollback;
