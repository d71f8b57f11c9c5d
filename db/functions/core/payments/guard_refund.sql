create or replace function core.guard_refund() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if tg_op = 'INSERT' then
        raise exception 'A refund starts as DUE.'
            using errcode = 'check_violation', constraint = 'refund_status_machine';
    end if;
    if (old.id, old.payment_id, old.captured_amount, old.portion, old.created_at)
        is distinct from (new.id, new.payment_id, new.captured_amount, new.portion, new.created_at)
    then
        raise exception 'Refund % is history: its payment and portion never change.', old.id
            using errcode = 'check_violation', constraint = 'refund_frozen';
    end if;
    if new.status = old.status then
        return new;
    end if;
    if (old.status, new.status) not in (
        ('DUE', 'SENT'), ('SENT', 'DONE'), ('SENT', 'FAILED'), ('FAILED', 'SENT')
    ) then
        raise exception 'Refund % cannot go from % to %.', old.id, old.status, new.status
            using errcode = 'check_violation', constraint = 'refund_status_machine';
    end if;
    if new.status = 'SENT' then
        new.sent_at := clock_timestamp();
    elsif new.status = 'DONE' then
        new.done_at := clock_timestamp();
    end if;
    return new;
end;
$$;

comment on function core.guard_refund is
'The status machine of a refund, for whoever writes; it notes when a step was taken.';

create or replace trigger guard_refund_insert before insert on data.refund
for each row when (new.status <> 'DUE') execute function core.guard_refund();

create or replace trigger guard_refund_update before update on data.refund
for each row execute function core.guard_refund();
