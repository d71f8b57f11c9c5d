create or replace function core.require_few_unpaid(
    owner text, unpaid_limit integer, instant timestamptz
) returns void
language plpgsql stable
set search_path = ''
as $$
begin
    if exists (
        select from core.unpaid_bookings(require_few_unpaid.owner, require_few_unpaid.instant)
        offset require_few_unpaid.unpaid_limit - 1
    ) then
        raise exception 'too_many_unpaid' using errcode = 'PT409',
            detail = format('Only %s bookings to come may be unpaid at a time.',
                require_few_unpaid.unpaid_limit);
    end if;
end;
$$;

comment on function core.require_few_unpaid is
'Refuses an owner who has as many unpaid bookings as a clinic lets one have. Call it with the owner
locked.

409 too_many_unpaid: as many live bookings to come have nothing paid already.';
