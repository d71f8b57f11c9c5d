begin;
select plan(1);

select tests.account() as ann \gset
update data.setting set public_url = 'https://example.org';
select core.mail_address_change(:ann, 'ann@example.com') as id \gset
select results_eq(
    format('select m.kind, m.account_id, m.to_address::text, m.body_text ~ ''set a new password'',
            m.body_text || m.body_html ~ ''http|[0-9a-f]{64}''
        from data.message as m where m.id = %s', :id),
    format($$values ('address_change', %s::bigint, 'ann@example.com', true, false)$$, :ann),
    'what to do is mailed to the address, with nothing that whoever reads it could use'
);

select * from finish();
rollback;
