create or replace function core.claim_waitlist_entry() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    update data.waitlist_entry as w
    set account_id = new.account_id, manage_token_hash = new.manage_token_hash
    where w.booking_id = new.id;
    return null;
end;
$$;

comment on function core.claim_waitlist_entry is
'With a guest''s booking that becomes an account''s goes the entry of the waitlist that it came of:
one token opened both.';

create or replace trigger claim_waitlist_entry after update of account_id on data.booking
for each row when (old.account_id is distinct from new.account_id)
execute function core.claim_waitlist_entry();
