create or replace function core.owner_key(owner text) returns bigint
language sql immutable
return hashtextextended(owner_key.owner, 1);

comment on function core.owner_key is
'The advisory lock under which bookings of an owner (`core.owner_of`) are counted and compared.
Whoever takes it does so before locking any slot; an address before an account.';
