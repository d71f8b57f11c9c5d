-- A random UUID has 122 random bits, from the system's strong source.
create or replace function core.new_token() returns text
language sql volatile
return replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');

comment on function core.new_token is 'A secret of 244 random bits in 64 hexadecimal digits.';
