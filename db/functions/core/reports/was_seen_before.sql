create or replace function core.was_seen_before(
    account_id bigint, patient_email text, clinic_id bigint, start_time timestamptz,
    booking_id bigint
) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
    if was_seen_before.account_id is null then
        return exists (
            select from data.booking as b
            join data.slot as s on s.id = b.slot_id
            join data.doctor as d on d.id = s.doctor_id
            where lower(b.patient_email) = lower(was_seen_before.patient_email)
                and b.account_id is null and b.status = 'COMPLETED'
                and d.clinic_id = was_seen_before.clinic_id
                and (s.start_time, b.id) < (was_seen_before.start_time, was_seen_before.booking_id)
        );
    end if;
    return exists (
        select from data.booking as b
        join data.slot as s on s.id = b.slot_id
        join data.doctor as d on d.id = s.doctor_id
        where b.account_id = was_seen_before.account_id and b.status = 'COMPLETED'
            and d.clinic_id = was_seen_before.clinic_id
            and (s.start_time, b.id) < (was_seen_before.start_time, was_seen_before.booking_id)
    );
end;
$$;

comment on function core.was_seen_before is
'Whether a visit is not the first one of the account, or of a guest''s address, in a clinic.';
