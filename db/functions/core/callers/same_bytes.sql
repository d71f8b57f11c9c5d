create or replace function core.same_bytes(known bytea, given bytea) returns boolean
language plpgsql immutable
set search_path = ''
as $$
declare
    v_difference integer := 0;
begin
    if coalesce(length(same_bytes.known) <> length(same_bytes.given), true) then
        return false;
    end if;
    -- Every byte is looked at: what `=` takes tells how many of the first ones were right.
    for v_i in 0 .. length(same_bytes.known) - 1 loop
        v_difference := v_difference
            | (get_byte(same_bytes.known, v_i) # get_byte(same_bytes.given, v_i));
    end loop;
    return v_difference = 0;
end;
$$;

comment on function core.same_bytes is
'Whether a secret was given, in a time that tells nothing about where it differs.';
