-- A small clinic to play with. Run by the owner; does nothing where there is a doctor already.
do $$
declare
    v_doctor api.doctor;
begin
    if exists (select from data.doctor) then
        return;
    end if;
    update data.setting set simulated_payments = true;
    update data.clinic set name = 'Riverside Clinic', time_zone = 'Europe/Paris', currency = 'EUR';
    for v_doctor in
        select d.*
        from (
            values
            ('Dr. Amara Okafor', 'Cardiology', 'BOTH', 80, 4.8, 15),
            ('Dr. Lena Fischer', 'Dermatology', 'OFFLINE', 60, 4.6, 9),
            ('Dr. Mateo Silva', 'General Practice', 'ONLINE', 0, 4.7, 21)
        ) as v (name, specialization, consultation_type, fee, rating, years)
        cross join lateral api.create_doctor(
            name => v.name, specialization => v.specialization, city => 'Paris',
            consultation_type => v.consultation_type::data.consultation_type,
            consultation_fee => v.fee, rating => v.rating, experience_years => v.years
        ) as d
    loop
        perform api.create_slots_in_bulk(
            doctor_id => v_doctor.id,
            start_date => current_date + 1, end_date => current_date + 90,
            start_time => '09:00', end_time => '17:00'
        );
    end loop;
end;
$$;
