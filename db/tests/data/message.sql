-- What no message in the outbox can be.
begin;
select plan(10);

select tests.account() as ann \gset
select core.write_message('test', 'ann@example.com', 'Hello', 'text', 'html', account_id => :ann)
    as id \gset
\set change 'update data.message as m set %s where m.id = ' :id

select is(
    tests.constraint_against(format(:'change', c.changed)), c.refused_by, c.changed
)
from (
    values
    ('kind = ''Not a word''', 'message_kind_form'),
    ('to_address = ''nobody''', 'email_form'),
    ('subject = E''a\nb''', 'message_subject_one_line'),
    ('subject = U&''a\2028b''', 'message_subject_one_line'),
    ('subject = ''''', 'message_subject_one_line'),
    ('subject = repeat(''a'', 501)', 'message_subject_length'),
    ('attempts = -1', 'message_attempts_range'),
    ('sent_at = clock_timestamp(), body_text = null', 'message_emptied_once_sent'),
    ('sent_at = due_at - interval ''1 second'', body_text = null, body_html = null',
        'message_not_sent_before_due'),
    ('sent_at = clock_timestamp(), body_text = null, body_html = null', null)
) as c (changed, refused_by);

select * from finish();
rollback;
