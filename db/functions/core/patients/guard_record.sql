create or replace function core.guard_record() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    raise exception 'A record is never changed: a correction is a new one.'
        using errcode = 'check_violation', constraint = 'record_append_only';
end;
$$;

comment on function core.guard_record is
'Keeps a record as it was written, whoever writes; it can only be emptied, once the person is
erased.';

create or replace trigger guard_record before update on data.record
for each row
when (
    num_nonnulls(new.body, new.salt) > 0 or old.erased_at is not null
    or (old.id, old.patient_id, old.doctor_id, old.author_id, old.booking_id, old.kind,
        old.corrects_id, old.created_at)
    is distinct from
    (new.id, new.patient_id, new.doctor_id, new.author_id, new.booking_id, new.kind,
        new.corrects_id, new.created_at)
)
execute function core.guard_record();
