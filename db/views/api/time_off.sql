create or replace view api.time_off as
select t.id, t.doctor_id, t.start_time, t.end_time, t.reason, t.created_at
from data.time_off as t;

comment on view api.time_off is 'When a doctor does not work, whatever the hours say.';
comment on column api.time_off.id is '! Identifies the time off.';
comment on column api.time_off.doctor_id is '! Whose it is.';
comment on column api.time_off.start_time is '! When it begins.';
comment on column api.time_off.end_time is '! When it ends.';
comment on column api.time_off.reason is 'What for; only the doctor and admins see it.';
comment on column api.time_off.created_at is '! When it was entered.';
