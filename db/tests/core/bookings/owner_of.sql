begin;
select plan(3);

select is(core.owner_of(7, 'Ann@example.com'), '7', 'an account is known by its id');
select is(core.owner_of(null, 'Ann@Example.com'), 'ann@example.com', 'a guest by the address');
select ok(
    pg_get_indexdef('data.booking_owner_active_idx'::regclass) like '%COALESCE((account_id)::text, '
        'lower((patient_email)::text))%',
    'an index knows it'
);

select * from finish();
rollback;
