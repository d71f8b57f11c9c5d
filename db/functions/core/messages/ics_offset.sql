create or replace function core.ics_offset(shift interval) returns text
language sql immutable strict
return case when ics_offset.shift < interval '0' then '-' else '+' end
    || to_char(make_interval(secs => abs(extract(epoch from ics_offset.shift))::float8), 'HH24MI');

comment on function core.ics_offset is 'An offset from UTC as a calendar has it, such as +0530.';
