begin;
select plan(9);

update data.setting set public_url = 'https://example.org';
select tests.clinic(name => 'House <b>', time_zone => 'Asia/Tokyo') as clinic \gset
select tests.doctor(name => 'Dr. <i>', clinic => :clinic, city => 'Rome') as doctor \gset
select tests.account() as ann, tests.slot(:doctor, '2100-07-01 16:00Z', capacity => 4) as slot \gset
select
    tests.booking(:slot, :ann, status => 'CONFIRMED', patient_email => 'other@example.com') as anns,
    tests.booking(:slot, status => 'CONFIRMED', patient_name => 'Eve <script>') as guests,
    tests.booking(:slot, status => 'CONFIRMED', patient_name => 'You won at evil.example') as spams,
    tests.booking(:slot, status => 'CONFIRMED', patient_email => 'x@erased.invalid') as nobodys
\gset
update data.booking set reason = 'a cough';
create temp table written as
select c.entity_id, core.mail_visit(c, c.entity_id, 'test', 'A subject', 'what:', 'bye.') as id
from tests.changes() as c
where c.entity = 'booking' and c.event = 'booking.confirmed';
create temp view mail as
select
    case w.entity_id when :anns then 'ann' when :spams then 'spam' else 'guest' end as who, m.*
from written as w join data.message as m on m.id = w.id;
select results_eq(
    $$select m.to_address::text, m.account_id, m.booking_id, m.body_text
        from mail as m where m.who = 'ann'$$,
    format($$values ('other@example.com', %s::bigint, %s::bigint,
E'Dear Ann,\n\nwhat:\n\nDr. <i> (Cardiology), House <b>, Rome\n\n'
'Friday, 2 July 2100, 01:00 to 01:30 (Asia/Tokyo)\n\nBooking %s\n\nbye.\n\n'
'https://example.org/bookings/%s\n')$$, :ann, :anns, :anns, :anns),
    'to the address of the booking, in the clinic''s time'
);
select matches(
    m.body_text,
    format('https://example.org/bookings/%s#manage_token=[0-9a-f]{64}\n$', :guests),
    'a guest has a link with a token'
)
from mail as m where m.who = 'guest';
select ok(
    m.body_html ~ 'Eve &lt;script&gt;' and m.body_html ~ 'House &lt;b&gt;'
    and m.body_html !~ '<(script|b|i)>', 'names are no HTML'
)
from mail as m where m.who = 'guest';
select ok(
    m.body_text like E'Hello,\n%' and m.body_text !~ 'evil', 'what is no name is not a greeting'
)
from mail as m where m.who = 'spam';
select is_empty(
    $$select from mail as m
      where concat(m.subject, m.body_text, m.body_html, m.calendar) ~ 'cough'$$,
    'the reason for the visit is not mailed'
);
select is(tests.ics_value(m.calendar, 'DTSTART;TZID=Asia/Tokyo'), '21000702T010000', 'a calendar')
from mail as m where m.who = 'guest';
select is_empty(
    $$select from mail as m where m.calendar ~ 'manage_token'$$, 'which others may see, so no token'
);
select results_eq(
    'select w.entity_id from written as w where w.id is null', array[:nobodys::bigint],
    'nothing for who was erased'
);

-- A change from before revisions were counted, which nobody has read yet.
insert into data.change (entity, entity_id, event, actor_role, after)
select 'booking', b.id, 'booking.moved', 'test', to_jsonb(b) - 'revision'
from data.booking as b where b.id = :anns;
select core.mail_visit(c, c.entity_id, 'test', 'A subject', 'what:', 'bye.') as mail
from tests.changes() as c where c.event = 'booking.moved' \gset
select is(tests.ics_value(m.calendar, 'SEQUENCE'), '0', 'a calendar has a sequence in any case')
from data.message as m where m.id = :mail;

select * from finish();
rollback;
