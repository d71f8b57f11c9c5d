begin;
select plan(20);

select tests.account(email => 'ann@example.com') as ann, tests.account(role => 'clerk') as joe,
    tests.account(email => 'bob@example.com') as bob \gset
\set known 'current_password => ''$argon2id$no password'''
\set shown 'm.name::text, m.phone::text, m.email::text, m.new_email::text'

select tests.act_as('patient', :ann);
select results_eq(
    format('select %s from api.update_me(%s) as m', :'shown', c.arguments), c.expected, c.sentence
)
from (
    values
    ('name => ''Anna''', $$values ('Anna', null, 'ann@example.com', null)$$, 'a name'),
    ('phone => ''+1 555''', $$values ('Anna', '+1 555', 'ann@example.com', null)$$, 'a number'),
    ('', $$values ('Anna', '+1 555', 'ann@example.com', null)$$, 'or nothing changes'),
    ('clear => ''{phone}''', $$values ('Anna', null, 'ann@example.com', null)$$,
        'a number can be taken away'),
    ('email => ''new@example.com'', ' || :'known',
        $$values ('Anna', null, 'ann@example.com', 'new@example.com')$$,
        'an address waits to be verified'),
    ('name => ''Ann''', $$values ('Ann', null, 'ann@example.com', 'new@example.com')$$,
        'and goes on waiting'),
    ('email => ''ANN@example.com''', $$values ('Ann', null, 'ann@example.com', null)$$,
        'the present one withdraws it, without a password')
) as c (arguments, expected, sentence);
select tests.act_as_nobody();
select is(
    (select array_agg(m.to_address::text order by m.id) from data.message as m),
    '{new@example.com,ann@example.com}', 'mails went to the new address and to the present one'
);
select tests.act_as('patient', :ann);
select throws_ok(
    'select api.update_me(email => ''BOB@example.com'', ' || :'known' || ')', 'PT409',
    'email_taken', 'another''s address is taken'
);
select throws_ok(
    format('select api.update_me(email => ''new@example.com''%s)', c.more), 'PT403',
    'wrong_password', c.sentence
)
from (
    values
    ('', 'another address needs the password'),
    (', current_password => null', 'that the server has found to fit'),
    (', current_password => ''$argon2id$ other''', 'and that is still kept')
) as c (more, sentence);
select throws_ok(
    'select api.update_me(clear => ''{name}'')', 'PT400', 'invalid_parameter', 'a name stays'
);
select throws_ok(
    'select api.update_me(email => ''ann'', ' || :'known' || ')', '23514', null,
    'what is no address is none'
);
select tests.act_as_nobody();
select is(
    (select a.name::text from data.account as a where a.id = :bob), 'Ann', 'nobody else changes'
);
select tests.act_as('clerk', :joe);
select results_eq(
    'select m.id, m.name::text from api.update_me(name => ''Joe'') as m',
    format('values (%s::bigint, ''Joe'')', :joe), 'clerks have a name, too'
);
select tests.act_as_nobody();
select throws_ok(
    'select api.update_me(name => ''X'')', 'PT401', 'unauthenticated', 'a DBA is nobody'
);
select isnt_empty(
    format(
        $$select from data.change as c
          where c.entity = 'account' and c.entity_id = %s and c.before ->> 'name' = 'Anna'
              and c.after ->> 'name' = 'Ann' and c.actor_id = %1$s$$, :ann
    ), 'what was changed is written down'
);
select is_empty(
    format(
        $$select from data.change as c, data.account_token as t
          where concat(c.before, c.after) ~ encode(t.token_hash, 'hex')
              or strpos(
                  concat(c.before, c.after), tests.mailed_token('new@example.com')
              ) > 0
        $$
    ), 'but no token'
);
select tests.act_as('anon');
select throws_ok('select api.update_me()', '42501', null, 'nobody has no account');

select * from finish();
rollback;
