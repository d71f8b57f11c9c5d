create or replace function core.owe_refund(
    booking_ids bigint[], reason text, amount numeric default null
) returns void
language plpgsql volatile
set search_path = ''
-- A plan for each list of bookings costs as much as ending one.
set plan_cache_mode = force_generic_plan
as $$
begin
    insert into data.refund (payment_id, captured_amount, portion, reason)
    select p.id, p.captured_amount, numrange(g.given, g.until), owe_refund.reason
    from data.payment as p
    join data.booking as b on b.id = p.booking_id
    cross join lateral (
        -- Portions follow each other from nothing upwards.
        select
            coalesce(max(upper(f.portion)), 0) as given,
            least(
                coalesce(max(upper(f.portion)), 0) + coalesce(
                    owe_refund.amount,
                    -- Seats that were given back have had their share, or forfeited it.
                    round(b.amount * b.seat_count / b.priced_seats, 2)
                ),
                p.captured_amount
            ) as until
        from data.refund as f
        where f.payment_id = p.id
    ) as g
    where p.booking_id = any(owe_refund.booking_ids) and p.status = 'SUCCEEDED'
        and g.given < g.until;
end;
$$;

comment on function core.owe_refund is
'Owes back what was paid for bookings that the caller has locked: so much of each, in whole cents,
at most what is left of it; without an amount all that was paid for the seats that are left.';
