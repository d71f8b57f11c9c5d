begin;
select plan(2);

select tests.account() as ann \gset
select core.mail_verification(:ann, 'ann@example.com', 'the-token') as id \gset
select results_eq(
    format('select m.kind, m.account_id, m.to_address::text, m.body_text ~ '' the-token\M'',
            m.body_html ~ '' the-token\M'', m.body_text || m.body_html ~ ''http''
        from data.message as m where m.id = %s', :id),
    format($$values ('verification', %s::bigint, 'ann@example.com', true, true, false)$$, :ann),
    'the token is mailed to the address, without a link where the own address is not known'
);
update data.setting set public_url = 'https://example.org';
select core.mail_verification(:ann, 'ann@example.com', 'the-token') as id \gset
select ok(
    m.body_text ~ '\n\nhttps://example.org/verify-email#verification_token=the-token\n$'
    and m.body_html ~ '"https://example.org/verify-email#verification_token=the-token"',
    'else with a link that holds it'
)
from data.message as m where m.id = :id;

select * from finish();
rollback;
