create or replace function core.count_seats(seats int4multirange) returns integer
language plpgsql immutable
set search_path = ''
as $$
begin
    return (
        select coalesce(sum(upper(r.seats) - lower(r.seats)), 0)
        from unnest(count_seats.seats) as r (seats)
    );
end;
$$;

comment on function core.count_seats is 'How many seats a set of numbers of seats is.';
