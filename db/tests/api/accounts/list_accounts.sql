begin;
select plan(18);

select tests.account('Ann', email => 'ann@example.com') as ann,
    tests.account('Bob', 'doctor') as bob,
    tests.account('Dan', 'doctor', 'PENDING_APPROVAL', 'dan@example.com') as dan,
    tests.account('Eve', 'admin') as eve,
    tests.account('Fay', 'doctor', 'PENDING_APPROVAL') as fay \gset

select tests.act_as('admin', :eve);
select is(
    array(select a.id from api.list_accounts() as a), array[:ann, :bob, :dan, :eve, :fay]::bigint[],
    'an admin sees all accounts, by id'
);
select results_eq(
    'select name, email, phone, role, status from api.list_accounts("limit" => 1)',
    $$values ('Ann'::data.label, 'ann@example.com'::data.email, null::data.phone,
        'patient'::data.account_role, 'ACTIVE'::data.account_status)$$,
    'each as it is'
);
select is(
    array(select a.id from api.list_accounts('PENDING_APPROVAL') as a), array[:dan, :fay]::bigint[],
    'a status filters'
);
select is(
    array(select a.id from api.list_accounts('ACTIVE', "limit" => 2, after => :ann) as a),
    array[:bob, :eve]::bigint[], 'also from page to page'
);
select is(
    array(select a.id from api.list_accounts(null, null, null, 50, null) as a),
    array[:ann, :bob, :dan, :eve, :fay]::bigint[], 'null filters nothing'
);
select is(
    array(
        with recursive walk as (
            select 1 as page, array(select a.id from api.list_accounts("limit" => 2) as a) as ids
            union all
            select w.page + 1, array(
                select a.id from api.list_accounts("limit" => 2, after => w.ids[2]) as a
            )
            from walk as w where cardinality(w.ids) = 2
        )
        select i from walk as w, unnest(w.ids) with ordinality as i (i, place)
        order by w.page, place
    ),
    array[:ann, :bob, :dan, :eve, :fay]::bigint[],
    'page by page one sees every account exactly once'
);
select is(
    array(select a.id from api.list_accounts(role => 'doctor') as a),
    array[:bob, :dan, :fay]::bigint[], 'a role filters'
);
select is(
    array(select a.id from api.list_accounts('PENDING_APPROVAL', 'doctor', q => 'FAY') as a),
    array[:fay]::bigint[], 'so does a part of the name, in whatever case; all hold together'
);
select is(
    array(select a.id from api.list_accounts(q => 'Ann@ex') as a), array[:ann]::bigint[],
    'or a part of the address'
);
select is_empty('select * from api.list_accounts(q => ''%'')', 'which is no pattern');
select is_empty(format('select * from api.list_accounts(after => %s)', :fay),
    'after the last comes none');
select throws_ok('select api.list_accounts("limit" => 0)', '23514', null,
    'a page has at least an account');
select throws_ok('select api.list_accounts("limit" => 501)', '23514', null,
    'a page has 500 accounts at most');

select tests.act_as('admin', :ann);
select throws_ok('select api.list_accounts()', 'PT401', 'unauthenticated',
    'a patient''s account does not work as an admin');
select tests.act_as('anon');
select throws_ok('select api.list_accounts()', '42501', null, 'anonymous callers list no accounts');
select tests.act_as('patient', :ann);
select throws_ok('select api.list_accounts()', '42501', null, 'patients list no accounts');
select tests.act_as('clerk', tests.account(role => 'clerk'));
select throws_ok('select api.list_accounts()', '42501', null, 'clerks list no accounts');
select tests.act_as('doctor', :bob);
select throws_ok('select api.list_accounts()', '42501', null, 'doctors list no accounts');

select * from finish();
rollback;
