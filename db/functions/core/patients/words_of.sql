create or replace function core.words_of(words text) returns text[]
language sql immutable
return tsvector_to_array(to_tsvector('pg_catalog.simple'::regconfig, words_of.words));

comment on function core.words_of is
'The words of a text as a search compares them: in lower case, each once, of any language.';
