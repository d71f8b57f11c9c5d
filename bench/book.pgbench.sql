\set number random(1, 1000000000000)
select to_json(api.book_slot(
    slot_id => nextval('public.fresh_slot'), patient_name => 'Ann Lee',
    patient_email => format('ann%s@example.com', :number::bigint)
));
