begin;
select plan(29);

select tests.clinic('Far') as far \gset
select tests.doctor('Dr. Ann Lee', specialization => 'Surgery', city => 'Paris') as ann,
    tests.doctor('Dr. Bob_100%', specialization => 'Cardiology', city => 'Lyon',
        clinic => :far) as bob,
    tests.doctor('Dr. Cid', specialization => 'Surgery') as cid,
    tests.doctor('Dr. New', listed => false) as unlisted, tests.doctor('Dr. Gone') as gone \gset
update data.doctor set consultation_type = 'ONLINE' where id = :ann;
update data.doctor set consultation_type = 'BOTH' where id = :bob;
update data.doctor set deleted_at = clock_timestamp() where id = :gone;

select tests.act_as('anon');
select is(
    array(select d.id from api.list_doctors() as d), array[:ann, :bob, :cid]::bigint[],
    'doctors are listed by id, but not who is deleted or waits for approval'
);
select is(
    array(select d.id from api.list_doctors(null, null, null, null, null, 50, null) as d),
    array[:ann, :bob, :cid]::bigint[], 'null filters nothing'
);
select is(
    array(select d.id from api.list_doctors(specialization => '{sURGERY}') as d),
    array[:ann, :cid]::bigint[], 'a specialization filters, whatever its case'
);
select is(
    array(select d.id from api.list_doctors('{cardiology,SURGERY,Botany}') as d),
    array[:ann, :bob, :cid]::bigint[], 'of several specializations each will do'
);
select is(
    array(select d.id from api.list_doctors(
        '{cardiology,SURGERY}', "limit" => 2, after => :ann) as d),
    array[:bob, :cid]::bigint[], 'also from page to page'
);
select is_empty($$select * from api.list_doctors('{}')$$, 'of none, nobody');
select is(
    array(select d.id from api.list_doctors(q => 'URGE') as d), array[:ann, :cid]::bigint[],
    'q finds a part of a specialization'
);
select is(
    array(select d.id from api.list_doctors(city => 'PARIS') as d), array[:ann]::bigint[],
    'a city filters, whatever its case'
);
select is(
    array(select d.id from api.list_doctors(consultation_type => 'ONLINE') as d),
    array[:ann, :bob]::bigint[], 'who works both ways is found online'
);
select is(
    array(select d.id from api.list_doctors(consultation_type => 'OFFLINE') as d),
    array[:bob, :cid]::bigint[], 'and offline'
);
select is(
    array(select d.id from api.list_doctors(consultation_type => 'BOTH') as d),
    array[:bob]::bigint[], 'BOTH asks for both'
);
select is(
    array(select d.id from api.list_doctors(clinic_id => :far) as d), array[:bob]::bigint[],
    'a clinic filters'
);
select is(
    array(select d.id from api.list_doctors(q => 'ANN') as d), array[:ann]::bigint[],
    'q finds a part of a name, whatever its case'
);
select is(
    array(select d.id from api.list_doctors(q => '%') as d), array[:bob]::bigint[],
    'q is no pattern: a percent sign is a percent sign'
);
select is(
    array(select d.id from api.list_doctors(q => '_') as d), array[:bob]::bigint[],
    'and an underscore an underscore'
);
select is(
    array(select d.id from api.list_doctors('{Surgery}', consultation_type => 'OFFLINE',
        q => 'dr.') as d),
    array[:cid]::bigint[], 'filters work together'
);
select is_empty($$select * from api.list_doctors(q => 'nobody')$$,
    'a name nobody has finds nobody');
select throws_ok($$select api.list_doctors(q => ' ')$$, '23514', null, 'q is not blank');

select is(
    array(select d.id from api.list_doctors("limit" => 1) as d), array[:ann]::bigint[],
    'a page has as many doctors as asked for'
);
select is(
    array(select d.id from api.list_doctors('{Surgery}', "limit" => 1, after => :ann) as d),
    array[:cid]::bigint[], 'the next page goes on, filters hold'
);
select is(
    array(
        with recursive walk as (
            select 1 as page, array(select d.id from api.list_doctors("limit" => 2) as d) as ids
            union all
            select w.page + 1, array(
                select d.id from api.list_doctors("limit" => 2, after => w.ids[2]) as d
            )
            from walk as w where cardinality(w.ids) = 2
        )
        select i from walk as w, unnest(w.ids) with ordinality as i (i, place)
        order by w.page, place
    ),
    array[:ann, :bob, :cid]::bigint[], 'page by page one sees every doctor exactly once'
);
select is_empty(format('select * from api.list_doctors(after => %s)', :cid),
    'after the last comes none');
select throws_ok('select api.list_doctors("limit" => 0)', '23514', null,
    'a page has at least a doctor');
select throws_ok('select api.list_doctors("limit" => 501)', '23514', null,
    'a page has 500 doctors at most');

select tests.act_as_nobody();
select tests.account('Ann') as patient, tests.account('Dan', 'doctor') as dan,
    tests.account('Eve', 'admin') as eve \gset
select tests.act_as('patient', :patient);
select is((select count(*) from api.list_doctors()), 3::bigint, 'a patient sees the same doctors');
select tests.act_as('doctor', :dan);
select is((select count(*) from api.list_doctors()), 3::bigint, 'so does a doctor');
select tests.act_as('admin', :eve);
select is((select count(*) from api.list_doctors()), 3::bigint, 'so does an admin');
set local role slotkeeper_server;
select throws_ok('select api.list_doctors()', '42501', null, 'the server itself sees none');
set local role slotkeeper_report;
select throws_ok('select api.list_doctors()', '42501', null, 'nor does a reader of reports');

select * from finish();
rollback;
