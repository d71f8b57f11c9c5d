create or replace function core.ics_fold(line text) returns text
language plpgsql immutable strict
set search_path = ''
as $$
declare
    v_rest text := ics_fold.line;
    v_folded text := '';
    v_size integer;
begin
    while octet_length(v_rest) > 75 loop
        -- Between characters: one may have four octets.
        v_size := 75;
        while octet_length(left(v_rest, v_size)) > 75 loop
            v_size := v_size - 1;
        end loop;
        v_folded := v_folded || left(v_rest, v_size) || E'\r\n';
        v_rest := ' ' || substr(v_rest, v_size + 1);
    end loop;
    return v_folded || v_rest || E'\r\n';
end;
$$;

comment on function core.ics_fold is
'A line of a calendar as it is sent: at most 75 octets, then it goes on in the next one, behind a
blank.';
