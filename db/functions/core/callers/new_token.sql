create or replace function core.new_token() returns text
language plpgsql volatile
set search_path = ''
as $$
begin
    -- A random UUID has 122 random bits, from the system's strong source.
    return replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
end;
$$;

comment on function core.new_token is 'A secret of 244 random bits in 64 hexadecimal digits.';
