begin;
select plan(14);

select tests.clinic() as far \gset
select
    tests.account('Ann Lee', email => 'ann@example.com') as ann, tests.account('Bob') as bob,
    tests.account('100% Cid') as cid, tests.account('Dot') as dot,
    tests.account(role => 'doctor') as sun, tests.account(role => 'doctor') as moon,
    tests.account(role => 'clerk') as joe, tests.account(role => 'clerk', clinic => :far) as kim,
    tests.account(role => 'admin') as eve
\gset
select tests.doctor(account => :sun) as doctor,
    tests.doctor(account => :moon, clinic => :far) as other \gset
select tests.slot(:doctor, capacity => 99) as slot, tests.slot(:other, capacity => 9) as far_slot
\gset
select count(tests.booking(:slot, :ann, status => 'CONFIRMED')) from generate_series(1, 30);
select tests.booking(:slot, :bob, status => 'CANCELLED'),
    tests.booking(:far_slot, :cid, status => 'COMPLETED'),
    tests.booking(:slot, status => 'CONFIRMED');
select tests.book_as(tests.booking(:far_slot, :ann, status => 'CONFIRMED'), 'doctor');
update data.account
set made_by_id = :sun, made_at_clinic_id = core.default_clinic(), password_hash = null
where id = :dot;

create function pg_temp.seen(
    role text, account bigint, q text default null, "limit" integer default 50
) returns text
language plpgsql
as $$
declare
    v_after bigint;
    v_page bigint[];
    v_found bigint[] := '{}';
begin
    perform tests.act_as(seen.role, seen.account);
    for v_call in 1 .. 50 loop
        perform set_config('page.next', '', true);
        v_page := array(
            select p.id from api.list_patients(seen.q, seen.limit, v_after) as p
        );
        v_found := v_found || v_page;
        v_after := case
            when cardinality(v_page) = seen.limit then v_page[seen.limit]
            else nullif(current_setting('page.next'), '')::bigint
        end;
        exit when v_after is null;
    end loop;
    perform tests.act_as_nobody();
    return (
        select string_agg(left(a.name, 3), ' ' order by f.place)
        from unnest(v_found) with ordinality as f (id, place)
        join data.account as a on a.id = f.id
    );
end;
$$;

select is(pg_temp.seen('admin', :eve), 'Ann Bob 100 Dot', 'admins see all patients');
select is(pg_temp.seen('admin', :eve, "limit" => 1), 'Ann Bob 100 Dot', 'page by page, too');
select is(pg_temp.seen('clerk', :joe), 'Ann Bob Dot', 'clerks those of their clinic');
select is(pg_temp.seen('clerk', :joe, "limit" => 1), 'Ann Bob Dot', 'page by page, too');
select is(pg_temp.seen('clerk', :kim), '100', 'and no others: staff make nobody theirs by booking');
select is(pg_temp.seen('doctor', :sun), 'Ann Dot', 'doctors those whom they treat or have made');
select is(pg_temp.seen('doctor', :moon), '100', 'and no others');
select is(pg_temp.seen('admin', :eve, 'LEE'), 'Ann', 'a part of a name finds');
select is(pg_temp.seen('clerk', :joe, 'ann@ex'), 'Ann', 'or of an address');
select is(pg_temp.seen('admin', :eve, '0%'), '100', 'what would be a pattern is none');
select is(pg_temp.seen('admin', :eve, '''" or 1=1 --'), null, 'nor is a quote');
update data.account set status = 'ERASED' where id = :bob;
select is(pg_temp.seen('admin', :eve), 'Ann 100 Dot', 'who was erased is in no list');
select tests.act_as('clerk', :joe);
select throws_ok(
    format('select api.list_patients(after => %s)', :cid), 'PT400', 'invalid_parameter',
    'a page goes on behind a patient of the own'
);
select tests.act_as('patient', :ann);
select throws_ok('select api.list_patients()', '42501', null, 'patients list nobody');

select * from finish();
rollback;
