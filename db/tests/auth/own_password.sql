begin;
select plan(5);

select tests.account(password_hash => '$argon2id$ of Ann') as ann, tests.account() as bob \gset
create function tests.own_password(claims text) returns text
language plpgsql set search_path = ''
as $$
begin
    perform set_config('request.jwt.claims', own_password.claims, true);
    return auth.own_password();
end;
$$;

set local role slotkeeper_server;
select is(
    tests.own_password(format('{"sub": "%s"}', :ann)), '$argon2id$ of Ann',
    'the password of who calls is checked against what is kept of it'
);
select is(tests.own_password('{"role": "anon"}'), null, 'nobody has none');
select is(tests.own_password('{"sub": "x"}'), null, 'nor has a claim that is no account');
select is(tests.own_password(''), null, 'nor has no claim');
reset role;
select is_empty(
    $$select r.name
      from (values ('anon'), ('patient'), ('doctor'), ('clerk'), ('admin')) as r (name)
      where has_function_privilege('slotkeeper_' || r.name, 'auth.own_password()', 'execute')$$,
    'only the server reads it'
);

select * from finish();
rollback;
