create or replace function core.ics_text(plain text) returns text
language sql immutable strict
return regexp_replace(core.one_line(ics_text.plain), '([\\;,])', '\\\1', 'g');

comment on function core.ics_text is 'A text as it is written in a calendar (RFC 5545, 3.3.11).';
