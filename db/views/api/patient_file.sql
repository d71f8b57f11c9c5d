create or replace view api.patient_file as
select p.*, null::api.record[] as records
from api.patient as p;

comment on view api.patient_file is 'A patient: the profile, and the records where they are open.';

do $$
declare
    v_column record;
begin
    for v_column in
        select a.attname, col_description(a.attrelid, a.attnum) as comment
        from pg_attribute as a
        where a.attrelid = 'api.patient'::regclass and a.attnum > 0
    loop
        execute format(
            'comment on column api.patient_file.%I is %L', v_column.attname, v_column.comment
        );
    end loop;
end;
$$;

comment on column api.patient_file.records is
'The newest fifty records, newest first; null for staff who may not see records.';
