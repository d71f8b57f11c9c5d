create or replace function core.as_address(word text) returns text
language sql immutable
return btrim(lower(as_address.word), '.,;:!?()<>[]');

comment on function core.as_address is
'A mail address in the form in which people are looked up: in lower case, without the punctuation
around it.';
