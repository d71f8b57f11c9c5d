create or replace function core.lowest_seats(
    free int4multirange, seats integer, out picked int4multirange, out missing integer
)
language plpgsql immutable
set search_path = ''
as $$
declare
    v_range int4range;
begin
    lowest_seats.picked := '{}';
    lowest_seats.missing := lowest_seats.seats;
    for v_range in select r.seats from unnest(lowest_seats.free) as r (seats) loop
        v_range := int4range(
            lower(v_range), least(upper(v_range), lower(v_range) + lowest_seats.missing)
        );
        lowest_seats.picked := lowest_seats.picked + int4multirange(v_range);
        lowest_seats.missing := lowest_seats.missing - (upper(v_range) - lower(v_range));
        exit when lowest_seats.missing = 0;
    end loop;
end;
$$;

comment on function core.lowest_seats is
'So many of some free seats, the lowest, and how many are missing.';
