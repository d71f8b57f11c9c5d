begin;
select plan(4);

select tests.account() as ann \gset
create temp view mailed as
select core.mail_token(a.id, p.purpose, 'ann@example.com')
from data.account as a, unnest(enum_range(null::data.token_purpose)) as p (purpose);
select * from mailed \g /dev/null
select results_eq(
    $$select m.kind, m.account_id, m.to_address::text, m.body_text || m.body_html ~ 'http',
        m.expires_at - m.created_at <= interval '1 hour'
        and m.body_text ~ '^This mail is about .*once, for an hour'
      from data.message as m order by m.id$$,
    format(
        $$values ('reset', %s::bigint, 'ann@example.com', false, true),
            ('invitation', %1$s, 'ann@example.com', false, true),
            ('verification', %1$s, 'ann@example.com', false, true)$$, :ann
    ),
    'to the address, without a link where the own address is not known'
);
select results_eq(
    $$select upper(m.kind), t.purpose::text
      from data.message as m
      left join data.account_token as t
          on t.token_hash = sha256(substring(m.body_text from ' ([0-9a-f]{64})\M')::bytea)
          and t.token_hash = sha256(substring(m.body_html from ' ([0-9a-f]{64})\M')::bytea)
      order by m.id$$,
    $$values ('RESET', 'RESET'), ('INVITATION', 'INVITATION'), ('VERIFICATION', 'VERIFICATION')$$,
    'each with a token of its purpose'
);
delete from data.message;
update data.setting set public_url = 'https://example.org';
select * from mailed \g /dev/null
select results_eq(
    $$select m.kind, l.link[1], strpos(m.body_html, concat('"', l.link[1], l.link[2], '"')) > 0
      from data.message as m
      cross join lateral regexp_match(
          m.body_text, '\n\n(https://[^ ]+=)([0-9a-f]{64})\n$'
      ) as l (link)
      order by m.id$$,
    $$values ('reset', 'https://example.org/reset-password#reset_token=', true),
        ('invitation', 'https://example.org/reset-password#reset_token=', true),
        ('verification', 'https://example.org/verify-email#verification_token=', true)$$,
    'else with a link that holds it'
);
select count(core.mail_token(:ann, 'RESET', 'ann@example.com')) as more
from generate_series(1, 10) \gset
select is(:more::bigint, 3::bigint, 'five are enough');

select * from finish();
rollback;
