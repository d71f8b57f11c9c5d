create or replace function core.mark_waitlist() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    update data.slot as s
    set has_waitlist = new.waiting
    where s.id = new.slot_id and s.has_waitlist <> new.waiting
        and (new.waiting or not exists (
            select from data.waitlist_entry as w where w.slot_id = new.slot_id and w.waiting
        ));
    return null;
end;
$$;

comment on function core.mark_waitlist is
'Keeps in a slot whether somebody waits for it, so that booking need not look.';

create or replace trigger mark_waitlist_insert after insert on data.waitlist_entry
for each row execute function core.mark_waitlist();

create or replace trigger mark_waitlist_update after update on data.waitlist_entry
for each row when (old.waiting <> new.waiting)
execute function core.mark_waitlist();
