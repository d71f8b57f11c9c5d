\set number random(1, 1000000000000)
select j ->> 'id' as id, j ->> 'manage_token' as manage_token from to_json(api.book_slot(slot_id => nextval('public.step_slot'), patient_name => 'Ann Lee', patient_email => format('ann%s@example.com', :number::bigint))) as j \gset
select to_json(api.simulate_payment(booking_id => :id, success => true, manage_token => :manage_token));
select to_json(api.reschedule_booking(booking_id => :id, new_slot_id => nextval('public.step_slot'), manage_token => :manage_token));
select to_json(api.cancel_booking(booking_id => :id, manage_token => :manage_token));
