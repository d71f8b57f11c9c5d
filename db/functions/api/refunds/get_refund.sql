create or replace function api.get_refund(refund_id bigint) returns api.refund
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_clinic_id bigint;
    v_result api.refund;
begin
    v_clinic_id := core.caller_clinic();
    select r.* into v_result
    from api.refund as r
    join data.booking as b on b.id = r.booking_id
    join data.doctor as d on d.id = b.doctor_id
    where r.id = get_refund.refund_id and (v_clinic_id is null or d.clinic_id = v_clinic_id);
    if not found then
        raise exception 'refund_not_found' using errcode = 'PT404',
            detail = 'There is no such refund, or it is another clinic''s.';
    end if;
    return v_result;
end;
$$;

comment on function api.get_refund is
'GET /api/refunds/{refund_id}
Topic: refunds

One refund, for admins and the clerks of its clinic.

404 refund_not_found: no such refund, or it is another clinic''s.';

grant execute on function api.get_refund to slotkeeper_clerk, slotkeeper_admin;
