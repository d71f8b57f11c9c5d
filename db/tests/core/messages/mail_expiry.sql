begin;
select plan(1);

select tests.booking(tests.slot(tests.doctor())) as id \gset
select tests.run_out(:id);
update data.booking set status = 'FAILED' where id = :id;
select results_eq(
    format($$select m.kind, m.subject, m.calendar
        from tests.mail_about('booking', %s, 'booking.expired') as m$$, :id),
    $$values ('expiry', 'Your booking has expired', null::text)$$, 'what was held is gone'
);

select * from finish();
rollback;
