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
    cross join lateral (
        -- Portions follow each other from nothing upwards.
        select
            coalesce(max(upper(f.portion)), 0) as given,
            least(
                coalesce(max(upper(f.portion)), 0) + owe_refund.amount, p.captured_amount
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
at most what is left of it; without an amount all that is left.';
