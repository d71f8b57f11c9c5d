begin;
select plan(2);

select core.write_mail(
    'test', 'ann@example.com', 'For <Ann>', array['Dear <Ann>,', null, 'good & bye.'],
    'https://example.org/?a=1&b=2', 'See "it"'
) as id \gset
select results_eq(
    format('select m.subject, m.body_text, m.body_html from data.message as m
        where m.id = %s', :id),
    $$values ('For <Ann>', E'Dear <Ann>,\n\ngood & bye.\n\nhttps://example.org/?a=1&b=2\n',
E'<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>For &lt;Ann&gt;</title></head>
<body>
<p>Dear &lt;Ann&gt;,</p>
<p>good &amp; bye.</p>
<p><a href="https://example.org/?a=1&amp;b=2">See &quot;it&quot;</a></p>
</body>
</html>
')$$, 'a mail says the same in text and in HTML, where everything is escaped'
);
select core.write_mail('test', 'ann@example.com', 'Hello', array['x']) as id \gset
select is(
    (select m.body_text || m.body_html from data.message as m where m.id = :id),
    E'x\n<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Hello</title></head>'
    || E'\n<body>\n<p>x</p>\n</body>\n</html>\n', 'it can do without a link'
);

select * from finish();
rollback;
