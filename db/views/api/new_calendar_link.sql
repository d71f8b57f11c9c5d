create or replace view api.new_calendar_link as
select l.doctor_id, l.created_at, null::text as calendar_token, null::text as url
from data.calendar_link as l;

comment on view api.new_calendar_link is 'A secret link to a doctor''s calendar.';
comment on column api.new_calendar_link.doctor_id is '! Whose calendar it is.';
comment on column api.new_calendar_link.created_at is '! When the link was made.';
comment on column api.new_calendar_link.calendar_token is
'! Shown only here: the argument by which `GET /api/doctors/{doctor_id}/calendar.ics` opens.';
comment on column api.new_calendar_link.url is
'The address with the token in it; null where the installation does not know its own address.';
