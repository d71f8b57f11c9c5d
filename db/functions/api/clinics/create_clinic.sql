create or replace function api.create_clinic(
    name data.label,
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
    horizon_days data.slot_days default null
) returns api.clinic
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_id bigint;
begin
    perform core.caller_account();
    perform core.require_time_zone(create_clinic.time_zone);
    insert into data.clinic as c (name) values (create_clinic.name) returning c.id into v_id;
    -- What is not given is as the table has it by default.
    update data.clinic as c
    set time_zone = coalesce(create_clinic.time_zone, c.time_zone),
        currency = coalesce(create_clinic.currency, c.currency),
        payment_terms = coalesce(create_clinic.payment_terms, c.payment_terms),
        hold_seconds = coalesce(create_clinic.hold_seconds, c.hold_seconds),
        booking_notice_minutes = coalesce(
            create_clinic.booking_notice_minutes, c.booking_notice_minutes
        ),
        booking_horizon_days = coalesce(create_clinic.booking_horizon_days, c.booking_horizon_days),
        cancellation_notice_hours = coalesce(
            create_clinic.cancellation_notice_hours, c.cancellation_notice_hours
        ),
        unpaid_limit = coalesce(create_clinic.unpaid_limit, c.unpaid_limit),
        overlap_allowed = coalesce(create_clinic.overlap_allowed, c.overlap_allowed),
        waitlist_offer_seconds = coalesce(
            create_clinic.waitlist_offer_seconds, c.waitlist_offer_seconds
        ),
        horizon_days = coalesce(create_clinic.horizon_days, c.horizon_days)
    where c.id = v_id;
    return (select c from api.clinic as c where c.id = v_id);
end;
$$;

comment on function api.create_clinic is
'POST /api/clinics 201
Topic: clinics

Adds a clinic. Without a time zone it is in UTC, without a currency its fees are in USD; its
policies are: bookings are PREPAID, held for 120 seconds, without notice, 365 days ahead, 10 of them
unpaid, overlapping ones allowed, cancelled in time until they start; seats are offered for 900
seconds, and slots made for 60 days.

400 invalid_parameter: no such time zone.';

grant execute on function api.create_clinic to slotkeeper_admin;
