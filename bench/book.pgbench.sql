select to_json(api.book_slot(
    slot_id => nextval('public.fresh_slot'), patient_name => 'Ann Lee',
    patient_email => 'ann@example.com'
));
