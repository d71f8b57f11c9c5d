create or replace function api.update_clinic(
    clinic_id bigint,
    name data.label default null,
    time_zone data.zone_name default null,
    currency data.currency default null,
    payment_terms data.payment_terms default null,
    hold_seconds data.hold_seconds default null,
    booking_notice_minutes data.notice_minutes default null,
    booking_horizon_days data.booking_days default null,
    cancellation_notice_hours data.notice_hours default null,
    unpaid_limit data.unpaid_limit default null,
    overlap_allowed boolean default null,
    waitlist_offer_seconds data.offer_seconds default null,
    horizon_days data.slot_days default null,
    payment_provider data.provider_name default null
) returns api.clinic
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_clinic api.clinic;
begin
    perform core.caller_account();
    perform core.require_time_zone(update_clinic.time_zone);
    select c.* into v_clinic from api.clinic as c where c.id = update_clinic.clinic_id;
    if not found then
        raise exception 'clinic_not_found' using errcode = 'PT404',
            detail = format('There is no clinic %s.', update_clinic.clinic_id);
    end if;
    if update_clinic.payment_provider is not null and not exists (
        select from data.payment_provider as v where v.name = update_clinic.payment_provider
    ) then
        raise exception 'provider_not_found' using errcode = 'PT404',
            detail = format('There is no payment provider %s.', update_clinic.payment_provider);
    end if;
    if update_clinic.time_zone <> v_clinic.time_zone then
        -- Whoever makes slots of local hours has locked the doctor.
        perform from data.doctor as d
        where d.clinic_id = v_clinic.id
        order by d.id
        for no key update;
        if exists (
            select from data.slot as s
            join data.doctor as d on d.id = s.doctor_id
            where d.clinic_id = v_clinic.id
                and s.deleted_at is null and s.end_time > clock_timestamp()
        ) then
            raise exception 'clinic_has_slots' using errcode = 'PT409',
                detail = 'The clinic has slots to come, whose hours were meant in its time zone.';
        end if;
    end if;
    update data.clinic as c
    set name = coalesce(update_clinic.name, c.name),
        time_zone = coalesce(update_clinic.time_zone, c.time_zone),
        currency = coalesce(update_clinic.currency, c.currency),
        payment_terms = coalesce(update_clinic.payment_terms, c.payment_terms),
        hold_seconds = coalesce(update_clinic.hold_seconds, c.hold_seconds),
        booking_notice_minutes = coalesce(
            update_clinic.booking_notice_minutes, c.booking_notice_minutes
        ),
        booking_horizon_days = coalesce(update_clinic.booking_horizon_days, c.booking_horizon_days),
        cancellation_notice_hours = coalesce(
            update_clinic.cancellation_notice_hours, c.cancellation_notice_hours
        ),
        unpaid_limit = coalesce(update_clinic.unpaid_limit, c.unpaid_limit),
        overlap_allowed = coalesce(update_clinic.overlap_allowed, c.overlap_allowed),
        waitlist_offer_seconds = coalesce(
            update_clinic.waitlist_offer_seconds, c.waitlist_offer_seconds
        ),
        horizon_days = coalesce(update_clinic.horizon_days, c.horizon_days),
        payment_provider = coalesce(update_clinic.payment_provider, c.payment_provider)
    where c.id = v_clinic.id;
    select c.* into v_clinic from api.clinic as c where c.id = update_clinic.clinic_id;
    return v_clinic;
end;
$$;

comment on function api.update_clinic is
'PATCH /api/clinics/{clinic_id}
Topic: clinics

Changes of a clinic what the request names. Terms, notice, price and currency of a booking are
frozen in it, so a policy, or the currency in which fees are meant, may change at any time and
changes no booking that was made. The time zone may change only while no slot is to come: instants
would stay, and all hours of the day would shift.

400 invalid_parameter: no such time zone.
404 clinic_not_found: no such clinic.
404 provider_not_found: no such payment provider.
409 clinic_has_slots: the time zone cannot change, since there are slots to come.';

grant execute on function api.update_clinic to slotkeeper_admin;
