create or replace view api.new_waitlist_entry as
select w.*, null::text as manage_token
from api.waitlist_entry as w;

comment on view api.new_waitlist_entry is 'An entry of a waitlist as its maker gets it.';
comment on column api.new_waitlist_entry.manage_token is
'Shown only here, and only where the entry is no account''s: whoever presents it may read and leave
the waitlist, and manage the booking that is offered.';
