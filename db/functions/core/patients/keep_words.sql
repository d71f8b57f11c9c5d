create or replace function core.keep_words() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    insert into data.record_word (patient_id, word, record_id)
    select new.patient_id, t.word, new.id
    from unnest(tsvector_to_array(
        jsonb_to_tsvector('pg_catalog.simple'::regconfig, new.body, '["string", "numeric"]')
    )) as t (word);
    return null;
end;
$$;

comment on function core.keep_words is 'Keeps the words of a record, so that it is found by them.';

create or replace trigger keep_words after insert on data.record
for each row execute function core.keep_words();
