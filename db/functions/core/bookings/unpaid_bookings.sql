create or replace function core.unpaid_bookings(owner text, instant timestamptz)
returns setof bigint
language sql stable
begin atomic
    select b.id
    from data.booking as b
    join data.slot as s on s.id = b.slot_id
    where core.owner_of(b.account_id, b.patient_email) = unpaid_bookings.owner
        and core.is_active(b.status)
        and not core.has_run_out(b.status, b.expires_at, unpaid_bookings.instant)
        and s.start_time > unpaid_bookings.instant
        and not exists (
            select from data.payment as p where p.booking_id = b.id and p.status = 'SUCCEEDED'
        );
end;

comment on function core.unpaid_bookings is
'The live bookings to come of an owner for which nothing was paid: those that a clinic limits.';
