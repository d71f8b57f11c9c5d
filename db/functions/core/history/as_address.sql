create or replace function core.as_address(word text) returns text
language sql immutable
return btrim(lower(as_address.word), '.,;:!?()<>[]');

comment on function core.as_address is
'How a mail address is written where people are looked up, whatever stands around it.';
