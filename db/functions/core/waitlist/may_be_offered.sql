create or replace function core.may_be_offered(
    owner text, slot_id bigint, unpaid_limit integer, overlap_allowed boolean, instant timestamptz
) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
    return not exists (
        select from core.unpaid_bookings(may_be_offered.owner, may_be_offered.instant)
        offset may_be_offered.unpaid_limit - 1
    ) and (may_be_offered.overlap_allowed or not exists (
        select from core.overlapping_bookings(
            may_be_offered.owner, may_be_offered.slot_id, may_be_offered.instant
        )
    ));
end;
$$;

comment on function core.may_be_offered is
'Whether an owner may have another booking, of this slot, by the policies of its clinic. Only with
the owner locked it stays so.';
