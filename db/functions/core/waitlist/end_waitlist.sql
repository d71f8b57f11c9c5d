create or replace function core.end_waitlist() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    update data.waitlist_entry as w
    set ended_at = new.deleted_at
    where w.slot_id = new.id and w.waiting;
    return null;
end;
$$;

comment on function core.end_waitlist is 'Nobody waits any more for a slot that is deleted.';

create or replace trigger end_waitlist after update of deleted_at on data.slot
for each row when (new.has_waitlist and new.deleted_at is not null)
execute function core.end_waitlist();
