-- What no mailed token can be, whoever writes it.
begin;
select plan(5);

select tests.account() as ann \gset
\set insert 'insert into data.account_token (token_hash, account_id, purpose, email, expires_at) '
\set insert :insert 'values (%s, %s, ''RESET'', %L, clock_timestamp() + %L)'
select is(
    tests.constraint_against(format(:'insert', c.hash, c.account, c.email, c.lasts)),
    c.refused_by, c.sentence
)
from (
    values
    ('sha256(''a'')', :ann, 'ann@example.com', '1 hour', null, 'a token was mailed'),
    ('''a''', :ann, 'ann@example.com', '1 hour', 'token_hash_length', 'only its hash is kept'),
    ('sha256(''a'')', 0, 'ann@example.com', '1 hour', 'account_token_account_fkey', 'of somebody'),
    ('sha256(''a'')', :ann, 'ann', '1 hour', 'email_form', 'to an address'),
    ('sha256(''a'')', :ann, 'ann@example.com', '-1 s', 'account_token_ends_after_start',
        'for some time')
) as c (hash, account, email, lasts, refused_by, sentence);

select * from finish();
rollback;
