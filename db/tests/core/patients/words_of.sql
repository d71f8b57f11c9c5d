begin;
select plan(4);

select is(core.words_of('Acute RASH, acute'), '{acute,rash}', 'each once, in lower case');
select is(core.words_of('Grüße an Zoë'), '{an,grüße,zoë}', 'of any language');
select is(core.words_of($$'%_\"(&!:*<->)$$), '{}', 'nothing else is one, and nothing goes wrong');
select is(core.words_of(null), null, 'of nothing there are none');

select * from finish();
rollback;
