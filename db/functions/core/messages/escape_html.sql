create or replace function core.escape_html(plain text) returns text
language sql immutable strict
return replace(replace(replace(replace(replace(
    escape_html.plain, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;');

comment on function core.escape_html is
'A text as it is written in HTML, between tags and within the quotes of an attribute.';
