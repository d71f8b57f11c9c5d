create type data.record_kind as enum ('HISTORY', 'VISIT_NOTE', 'PRESCRIPTION');
create type data.privacy_request_kind as enum ('EXPORT', 'ERASURE');

create domain data.birth_date as date
constraint birth_date_range check (value between '1850-01-01' and '2199-12-31');
comment on domain data.birth_date is 'A day of birth. Example: 1984-02-29.';

alter type data.account_status add value 'ERASED';

alter table data.account
add column date_of_birth data.birth_date,
add column gender data.label,
add column address data.note,
add column made_by_id bigint
constraint account_made_by_fkey references data.account on delete restrict,
add column made_at_clinic_id bigint
constraint account_made_at_clinic_fkey references data.clinic on delete restrict;
comment on column data.account.address is 'Where a patient lives.';
comment on column data.account.made_by_id is
'The account of the staff who made it for a patient; null where the person registered.';
comment on column data.account.made_at_clinic_id is
'The clinic whose clerk or doctor made it for a patient.';
create index account_made_by_idx on data.account (made_by_id, id) where made_by_id is not null;
create index account_made_at_clinic_idx on data.account (made_at_clinic_id, id)
where made_at_clinic_id is not null;

-- Whose patients are whose, by patient: the bookings of guests are left out. Of an expression, so
-- that it is the one index that serves.
create index booking_doctor_patient_idx on data.booking (doctor_id, (0 + account_id))
where account_id is not null;

create table data.record (
    id bigint generated always as identity constraint record_pkey primary key,
    patient_id bigint not null
    constraint record_patient_fkey references data.account on delete restrict,
    doctor_id bigint not null
    constraint record_doctor_fkey references data.doctor on delete restrict,
    author_id bigint not null
    constraint record_author_fkey references data.account on delete restrict,
    booking_id bigint constraint record_booking_fkey references data.booking on delete restrict,
    kind data.record_kind not null,
    body jsonb,
    salt uuid default gen_random_uuid(),
    corrects_id bigint,
    created_at timestamptz not null default clock_timestamp(),
    erased_at timestamptz,
    constraint record_version_key unique (id, patient_id, doctor_id, kind),
    constraint record_corrected_once unique (corrects_id),
    constraint record_corrects_fkey foreign key (corrects_id, patient_id, doctor_id, kind)
    references data.record (id, patient_id, doctor_id, kind) on delete restrict,
    constraint record_corrects_older check (corrects_id < id),
    constraint record_held_until_erased
    check (num_nulls(body, salt) = case when erased_at is null then 0 else 2 end),
    constraint record_erased_after_created check (erased_at >= created_at),
    constraint record_body_is_object check (jsonb_typeof(body) = 'object' and body <> '{}'),
    constraint record_body_size check (octet_length(body::text) <= 65536),
    constraint record_body_depth check (not jsonb_path_exists(body, 'strict $.**{17}')),
    -- A note of a visit says something.
    constraint record_visit_note_shape check (
        kind <> 'VISIT_NOTE'
        or jsonb_path_exists(
            body, 'strict $.** ? (@.type() == "string" && @ like_regex "\\S")'
        )
    ),
    constraint record_prescription_shape check (
        kind <> 'PRESCRIPTION' or body is null
        or coalesce(jsonb_array_length(
            case when jsonb_typeof(body -> 'medicines') = 'array' then body -> 'medicines' end
        ) between 1 and 100, false)
        and jsonb_array_length(body -> 'medicines') * 3
        = jsonb_array_length(jsonb_path_query_array(
            body, 'strict $.medicines[*].name ? (@.type() == "string" && @ like_regex "\\S")',
            '{}', true
        ))
        + jsonb_array_length(jsonb_path_query_array(
            body, 'strict $.medicines[*].dosage ? (@.type() == "string" && @ like_regex "\\S")',
            '{}', true
        ))
        + jsonb_array_length(jsonb_path_query_array(
            body, 'strict $.medicines[*].duration ? (@.type() == "string" && @ like_regex "\\S")',
            '{}', true
        ))
    )
);
comment on table data.record is
'What doctors write down about a patient. Rows are never changed, nor deleted: a correction is a
row of its own, and erasing a person empties them. Its policies are a second lock, for the owner of
the functions, too';
comment on column data.record.patient_id is 'The account of the patient.';
comment on column data.record.doctor_id is 'As which doctor it was written.';
comment on column data.record.author_id is 'The account that wrote it.';
comment on column data.record.booking_id is 'The visit that it is about.';
comment on column data.record.body is 'What is said; null once the person was erased.';
comment on column data.record.salt is
'With it the digest that the history keeps of the body: nobody finds out by it what a body said.';
comment on column data.record.corrects_id is
'The older version of it, by the same doctor, of the same patient and kind; each has one correction
at the most.';
create index record_patient_idx on data.record (patient_id, id);
create index record_patient_doctor_idx on data.record (patient_id, doctor_id, id);
create index record_doctor_idx on data.record (doctor_id);
create index record_author_idx on data.record (author_id);
create index record_booking_idx on data.record (booking_id) where booking_id is not null;

-- Under policies PostgreSQL uses an index only for operators that cannot tell anything of a row,
-- such as those of bigint and text, but none of jsonb, arrays and text search: so words are rows.
create table data.record_word (
    patient_id bigint not null
    constraint record_word_patient_fkey references data.account on delete restrict,
    word text collate "C" not null,
    record_id bigint not null
    constraint record_word_record_fkey references data.record on delete restrict,
    constraint record_word_pkey primary key (patient_id, word, record_id)
);
comment on table data.record_word is
'The words of the records of each patient, to search inside: kept by a trigger. They go when the
person is erased';
create index record_word_record_idx on data.record_word (record_id);

create table data.privacy_request (
    id bigint generated always as identity constraint privacy_request_pkey primary key,
    patient_id bigint not null
    constraint privacy_request_patient_fkey references data.account on delete restrict,
    kind data.privacy_request_kind not null,
    xid xid8 not null default pg_current_xact_id(),
    created_at timestamptz not null default clock_timestamp()
);
comment on table data.privacy_request is
'Each export and each erasure of what is held on a person: who did it stands in the history. The
records of a person are open to it in the transaction that wrote it down, and in no other';
comment on column data.privacy_request.patient_id is 'The account of the patient.';
create index privacy_request_patient_idx on data.privacy_request (patient_id, id);

alter table data.record enable row level security;
alter table data.record force row level security;
alter table data.record_word enable row level security;
alter table data.record_word force row level security;

-- The policies call no function of ours: what is wrong there must not open this lock, too. Who
-- calls is looked up once a query, a patient once a record: `exists` might first read all of them.
-- Ids of transactions may come again where a dump is restored; the time has passed there.
create policy record_patient_reads on data.record for select using (
    patient_id = (
        select a.id
        from (
            select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub' as sub
        ) as c
        join data.account as a
            on a.id = case when c.sub ~ '^[0-9]{1,18}$' then c.sub::bigint end
        where a.role = 'patient' and a.status = 'ACTIVE'
            and pg_has_role(
                coalesce(nullif(current_setting('role', true), 'none'), session_user),
                'slotkeeper_patient', 'usage'
            )
    )
);
create policy record_doctor_reads on data.record for select using (
    (
        select true
        from data.booking as b
        where 0 + b.account_id = record.patient_id
            and b.status in ('CONFIRMED', 'CHECKED_IN', 'COMPLETED')
            and b.booked_by_role is distinct from 'doctor'
            and b.doctor_id = (
                select d.id
                from (
                    select
                        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
                            as sub
                ) as c
                join data.account as a
                    on a.id = case when c.sub ~ '^[0-9]{1,18}$' then c.sub::bigint end
                join data.doctor as d on d.account_id = a.id
                where a.role = 'doctor' and a.status = 'ACTIVE' and d.deleted_at is null
                    and pg_has_role(
                        coalesce(nullif(current_setting('role', true), 'none'), session_user),
                        'slotkeeper_doctor', 'usage'
                    )
            )
        limit 1
    )
);
create policy record_doctor_writes on data.record for insert with check (
    (
        select true
        from data.booking as b
        join data.doctor as d on d.id = b.doctor_id
        join data.account as a on a.id = d.account_id
        where 0 + b.account_id = record.patient_id and d.id = record.doctor_id
            and a.id = record.author_id
            and b.status in ('CONFIRMED', 'CHECKED_IN', 'COMPLETED')
            and b.booked_by_role is distinct from 'doctor'
            and d.deleted_at is null and a.role = 'doctor' and a.status = 'ACTIVE'
            and a.id::text
                = nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
            and pg_has_role(
                coalesce(nullif(current_setting('role', true), 'none'), session_user),
                'slotkeeper_doctor', 'usage'
            )
        limit 1
    )
);
create policy record_on_request on data.record for select using (
    (
        select true
        from data.privacy_request as q
        where q.patient_id = record.patient_id
            and q.xid = pg_current_xact_id_if_assigned() and q.created_at >= now()
        limit 1
    )
);
create policy record_erased on data.record for update using (
    (
        select true
        from data.privacy_request as q
        where q.patient_id = record.patient_id and q.kind = 'ERASURE'
            and q.xid = pg_current_xact_id_if_assigned() and q.created_at >= now()
        limit 1
    )
);
create policy record_word_as_record on data.record_word for select using (
    (select true from data.record as r where r.id = record_word.record_id)
);
create policy record_word_as_record_written on data.record_word for insert with check (
    (
        select true from data.record as r
        where r.id = record_word.record_id and r.patient_id = record_word.patient_id
    )
);
create policy record_word_erased on data.record_word for delete using (
    (
        select true
        from data.privacy_request as q
        where q.patient_id = record_word.patient_id and q.kind = 'ERASURE'
            and q.xid = pg_current_xact_id_if_assigned() and q.created_at >= now()
        limit 1
    )
);
