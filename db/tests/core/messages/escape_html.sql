begin;
select plan(2);

select is(
    core.escape_html('<a href="x" id=''y''>&amp;</a>'),
    '&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;',
    'nothing is left that means something to HTML'
);
select is(core.escape_html('Zoë Çelik'), 'Zoë Çelik', 'names stay as they are');

select * from finish();
rollback;
