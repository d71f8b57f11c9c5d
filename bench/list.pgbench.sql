select coalesce(json_agg(s), '[]')
from api.list_doctor_slots(doctor_id => :doctor, date => :day, available => true, "limit" => 100)
    as s;
