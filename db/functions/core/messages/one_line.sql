create or replace function core.one_line(words text) returns text
language sql immutable strict
return btrim(regexp_replace(one_line.words, '[\u0001-\u001f\u007f-\u009f\u2028\u2029]+', ' ', 'g'));

comment on function core.one_line is
'A text in one line: control characters, by which a header or a calendar could be made to say
something else, become blanks.';
