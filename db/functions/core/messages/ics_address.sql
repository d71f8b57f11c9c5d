create or replace function core.ics_address(email text) returns text
language plpgsql immutable strict
set search_path = ''
as $$
begin
    return (
        select 'mailto:' || string_agg(
            case
                when c.character ~ '[A-Za-z0-9@._+-]' then c.character
                else regexp_replace(
                    upper(encode(convert_to(c.character, 'UTF8'), 'hex')), '(..)', '%\1', 'g'
                )
            end, '' order by c.place
        )
        from string_to_table(ics_address.email, null) with ordinality as c (character, place)
    );
end;
$$;

comment on function core.ics_address is
'An email address as the calendar address that it is in a calendar: an URI, percent-encoded.';
