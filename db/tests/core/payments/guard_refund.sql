-- All of this as a superuser, who gets past grants but not past this.
begin;
select plan(10);

select tests.slot(tests.doctor(), capacity => 100) as slot \gset
select
    tests.booking(:slot, status => 'CONFIRMED') as booking,
    tests.booking(:slot, status => 'CONFIRMED') as other
\gset
select p.id as payment from data.payment as p where p.booking_id = :booking \gset
select p.id as other_payment from data.payment as p where p.booking_id = :other \gset

-- A refund of one of the fifty in a status, reached by the steps that are drawn.
create function pg_temp.refund(payment_id bigint, number integer, status text) returns bigint
language plpgsql
as $$
declare
    v_step text;
    v_id bigint;
begin
    insert into data.refund as f (payment_id, captured_amount, portion)
    values (refund.payment_id, 50, numrange(refund.number, refund.number + 1))
    returning f.id into v_id;
    foreach v_step in array case refund.status
        when 'DUE' then '{}' when 'SENT' then '{SENT}' else array['SENT', refund.status]
    end::text[] loop
        update data.refund as f set status = v_step::data.refund_status where f.id = v_id;
    end loop;
    return v_id;
end;
$$;

-- Each pair of statuses.
create temp table attempt as
select p.old, p.new, pg_temp.refund(:payment, p.number::integer, p.old::text) as refund_id
from (
    select f.status as old, t.status as new, row_number() over () as number
    from unnest(enum_range(null::data.refund_status)) as f (status)
    cross join unnest(enum_range(null::data.refund_status)) as t (status)
) as p;
alter table attempt add refused_by text;
update attempt as a
set refused_by = tests.constraint_against(
    format('update data.refund set status = %L where id = %s', a.new, a.refund_id)
);
select is((select count(*) from attempt), 16::bigint, 'every pair of the four statuses is tried');
select set_eq(
    $$select a.old || ' to ' || a.new from attempt as a
        where a.refused_by is null and a.old <> a.new$$,
    array['DUE to SENT', 'SENT to DONE', 'SENT to FAILED', 'FAILED to SENT'],
    'a refund is sent, and sent again where that failed'
);
select is_empty(
    $$select a.old, a.new, a.refused_by from attempt as a
      where a.refused_by <> 'refund_status_machine' or a.old = a.new and a.refused_by is not null$$,
    'the status machine refuses all others, and staying is no step'
);
select results_eq(
    format(
        $$select s.status::text, tests.constraint_against(format(
            'insert into data.refund (payment_id, captured_amount, portion, status)
            values (%s, 50, numrange(0, 1), %%L)', s.status
        ))
        from unnest(enum_range(null::data.refund_status)) as s (status)$$, :other_payment
    ),
    $$values ('DUE', null), ('SENT', 'refund_status_machine'), ('DONE', 'refund_status_machine'),
        ('FAILED', 'refund_status_machine')$$,
    'a refund begins as DUE'
);

-- What is frozen.
select pg_temp.refund(:payment, 40, 'DUE') as refund \gset
\set change 'update data.refund set %s where id = ' :refund
select
    is(
        tests.constraint_against(format(:'change', c.change)), 'refund_frozen',
        format('nobody sets %s', c.change)
    )
from (
    values
    ('payment_id = ' || :other_payment), ('captured_amount = 60'), ('portion = numrange(40, 42)'),
    ('created_at = created_at - interval ''1 second''')
) as c (change);
select throws_ok(
    format(:'change', 'amount = 2'), '428C9', null, 'the amount follows from the portion'
);
select throws_ok(
    format(:'change', 'id = 1000000'), '428C9', null, 'nobody gives a refund another id'
);

select * from finish();
rollback;
