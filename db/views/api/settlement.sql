create or replace view api.settlement as
select p as payment, b as booking
from api.payment as p
join api.booking as b on b.id = p.booking_id;

comment on view api.settlement is 'A settled payment and what became of its booking.';
comment on column api.settlement.payment is '! The payment.';
comment on column api.settlement.booking is '! The booking.';
