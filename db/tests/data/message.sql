-- What no message in the outbox can be.
begin;
select plan(11);

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
    ('expires_at = created_at - interval ''1 second''', 'message_expires_after_created'),
    ('sent_at = clock_timestamp()', 'message_sent_is_over'),
    ('next_attempt_at = null, body_text = null', 'message_emptied_once_over')
) as c (changed, refused_by);
update data.message
set next_attempt_at = null, sent_at = clock_timestamp(), body_text = null, body_html = null;
select is(m.status::text, 'SENT', 'what was sent says so') from data.message as m;

select * from finish();
rollback;
