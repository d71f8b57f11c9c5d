-- What `slotkeeper run` prints about the demo; {base_url} is filled in there.
select
    format($text$A demo clinic with three doctors is loaded. Look around, then book:

  curl '{base_url}/api/doctors'
  curl '{base_url}/api/slots?limit=5'
  curl -X POST {base_url}/api/bookings -H 'Content-Type: application/json' \
    -d '{"slot_id": %s, "patient_name": "Ann Lee", "patient_email": "ann@example.com"}'$text$, s.id)
from api.list_slots("limit" => 1) as s;
