-- By it a calendar counts how often its visit has changed; a booking that only comes pays nothing.
create index change_visit_idx on data.change (entity_id)
where event in ('booking.moved', 'booking.seats_given_back', 'booking.cancelled');
