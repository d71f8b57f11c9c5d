create or replace function core.minutes_of(times tstzmultirange) returns integer
language sql immutable
return coalesce((
    select sum(extract(epoch from upper(t) - lower(t))) / 60 from unnest(minutes_of.times) as t
), 0);

comment on function core.minutes_of is 'How long some times are together; without any, 0.';
