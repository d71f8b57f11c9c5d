create or replace function core.plain_error(error text) returns text
language sql immutable strict
return left(regexp_replace(
    regexp_replace(plain_error.error, '[[:cntrl:][:space:]]+', ' ', 'g'),
    '[^ ]+@[^ ]+|[A-Za-z0-9_-]{20,}', '…', 'g'
), 300);

comment on function core.plain_error is
'What another system said, in one line, without addresses and whatever may be a token: it may repeat
what it was sent.';
