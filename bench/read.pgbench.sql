select to_json(api.get_booking(booking_id => :booking, manage_token => :token));
