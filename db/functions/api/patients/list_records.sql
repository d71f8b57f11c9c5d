create or replace function api.list_records(
    patient_id bigint,
    kind data.record_kind[] default null,
    doctor_id bigint default null,
    q data.label default null,
    "limit" data.page_size default 50,
    after bigint default null
) returns setof api.record
language plpgsql stable security definer
set search_path = ''
-- One plan for every filter would suit none.
set plan_cache_mode = force_custom_plan
as $$
declare
    -- How many records a page looks at.
    v_reach constant integer := 1000;
    v_words text[];
    v_behind text[];
    v_found bigint[];
    v_last_id bigint;
    v_ids bigint[];
begin
    perform core.caller_account();
    perform core.require_record_access(list_records.patient_id);
    perform core.require_after(list_records.after is null or exists (
        select from data.record as r
        where r.id = list_records.after and r.patient_id = list_records.patient_id
    ));
    if list_records.q is not null then
        v_words := core.words_of(list_records.q);
        v_behind := array(
            select w.word || chr(1114111) from unnest(v_words) with ordinality as w (word, place)
            order by w.place
        );
        -- Each word begins one in it. Policies let an index look for values, not for expressions.
        v_found := array(
            select w.record_id
            from unnest(v_words, v_behind) as s (word, behind)
            join data.record_word as w
                on w.patient_id = list_records.patient_id
                and w.word >= s.word and w.word < s.behind
            group by w.record_id
            having count(distinct s.word) = cardinality(v_words)
        );
    elsif list_records.kind is not null then
        select r.id into v_last_id
        from data.record as r
        where r.patient_id = list_records.patient_id
            and (list_records.doctor_id is null or r.doctor_id = list_records.doctor_id)
            and (list_records.after is null or r.id < list_records.after)
        order by r.id desc
        offset v_reach - 1 limit 1;
    end if;
    v_ids := array(
        select r.id
        from data.record as r
        where r.patient_id = list_records.patient_id
            and (list_records.doctor_id is null or r.doctor_id = list_records.doctor_id)
            and (list_records.kind is null or r.kind = any(list_records.kind))
            and (list_records.after is null or r.id < list_records.after)
            and (list_records.q is null or r.id = any(v_found))
            and (v_last_id is null or r.id >= v_last_id)
        order by r.id desc
        limit list_records.limit
    );
    if v_last_id is not null and cardinality(v_ids) < list_records.limit then
        perform set_config('page.next', v_last_id::text, true);
    end if;
    return query
    select r.* from api.record as r where r.id = any(v_ids) order by r.id desc;
end;
$$;

comment on function api.list_records is
'GET /api/patients/{patient_id}/records
Topic: patients

What doctors wrote down about a patient, newest first, older versions included: of one `kind` or of
several, by one doctor, or with words that `q` begins, all of them, anywhere in the body. For the
patient, and for a doctor only through a CONFIRMED, CHECKED_IN or COMPLETED booking of the patient
with the own doctor, which the patient, a clerk or an admin made: a booking that a doctor makes
opens nothing. Admins and clerks see no records.

400 invalid_parameter: `after` names no row that the caller may see.
404 patient_not_found: no such patient, or the records are not open to the caller.';

grant execute on function api.list_records to slotkeeper_patient, slotkeeper_doctor;
