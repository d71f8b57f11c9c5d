begin;
select plan(2);

select tests.booking(tests.slot(tests.doctor()), status => 'CONFIRMED') as id \gset
select p.id as payment from data.payment as p where p.booking_id = :id \gset
insert into data.refund (payment_id, captured_amount, portion)
values (:payment, 50, '[0,20)') returning id as refund \gset
select ok(
    m.kind = 'refund' and m.booking_id = :id and m.subject = 'You get a refund'
    and m.body_text ~ 'you get 20.00 USD back',
    'what is owed'
)
from tests.mail_about('refund', :refund, 'refund.due') as m;
update data.refund set status = 'SENT', sent_at = clock_timestamp();
update data.refund set status = 'DONE', done_at = clock_timestamp();
select ok(
    m.subject = 'Your refund was sent' and m.body_text ~ 'we have sent you 20.00 USD back',
    'what was sent'
)
from tests.mail_about('refund', :refund, 'refund.done') as m;

select * from finish();
rollback;
