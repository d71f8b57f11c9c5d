create or replace function core.guard_refund() returns trigger
language plpgsql
set search_path = ''
as $$
declare
    -- The rule that is broken; its name goes to whoever writes, as a constraint's would.
    v_broken text;
begin
    if tg_op = 'INSERT' then
        v_broken := case when new.status <> 'DUE' then 'refund_status_machine' end;
    else
        if new.status <> old.status and new.status = 'SENT' then
            new.sent_at := clock_timestamp();
        elsif new.status <> old.status and new.status = 'DONE' then
            new.done_at := clock_timestamp();
        end if;
        v_broken := case
            when (old.id, old.payment_id, old.captured_amount, old.portion, old.created_at)
                is distinct from
                (new.id, new.payment_id, new.captured_amount, new.portion, new.created_at)
                then 'refund_frozen'
            when new.status <> old.status and (old.status, new.status) not in (
                ('DUE', 'SENT'), ('SENT', 'DONE'), ('SENT', 'FAILED'), ('FAILED', 'SENT')
            ) then 'refund_status_machine'
        end;
    end if;
    v_broken := coalesce(v_broken, case
        when lower(new.portion) < 0 or upper(new.portion) > new.captured_amount
            or lower(new.portion) >= upper(new.portion)
            or lower(new.portion) <> round(lower(new.portion), 2)
            or upper(new.portion) <> round(upper(new.portion), 2)
            then 'refund_within_captured'
        when (new.status = 'DUE') <> (new.sent_at is null)
            or (new.status = 'DONE') <> (new.done_at is not null)
            or new.done_at < new.created_at
            then 'refund_times_fit_status'
    end);
    if v_broken is not null then
        raise exception 'Refund % breaks a rule: %.', new.id, v_broken
            using errcode = 'check_violation', constraint = v_broken;
    end if;
    return new;
end;
$$;

comment on function core.guard_refund is
'Keeps the rules of a refund, whoever writes, and notes when a step was taken; the error names the
rule that is broken: refund_status_machine, as drawn in the README; refund_frozen, what is given
back; refund_within_captured: portions of one payment are whole cents inside what was captured, and
never overlap, so their sum cannot exceed it; refund_times_fit_status.';

-- One trigger and no CHECK, for the reason that stands below core.guard_booking.
create or replace trigger guard_refund before insert or update on data.refund
for each row execute function core.guard_refund();
