create or replace function core.changed_only(fields jsonb, others jsonb) returns jsonb
language sql immutable
return case
    when changed_only.others is null then changed_only.fields
    when changed_only.fields is not null then (
        select coalesce(jsonb_object_agg(f.key, f.value), '{}')
        from jsonb_each(changed_only.fields) as f
        where f.value is distinct from changed_only.others -> f.key
    )
end;

comment on function core.changed_only is
'A row before or after a change, without what it has in common with the other of the two.';
