create or replace view api.new_booking as
select b.*, null::text as manage_token
from api.booking as b;

comment on view api.new_booking is 'A booking as its maker gets it.';
comment on column api.new_booking.manage_token is
'Shown only here, and only where nobody is logged in: whoever presents it may read, pay, cancel and
reschedule the booking.';
