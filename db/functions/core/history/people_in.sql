create or replace function core.people_in(change data.change) returns setof text
language sql stable
begin atomic
    -- UNION would make a hash table for each change.
    select distinct p.person
    from (
        select core.as_address(m.word[1])
        from regexp_matches(
            concat((people_in.change).before, (people_in.change).after), '[^\s"\\@]+@[^\s"\\@]+',
            'g'
        ) as m (word)
        union all
        select '#' || a.id
        from unnest(array[
            (people_in.change).before ->> 'account_id', (people_in.change).after ->> 'account_id',
            (people_in.change).before ->> 'patient_id', (people_in.change).after ->> 'patient_id',
            case (people_in.change).entity when 'account'
                then (people_in.change).entity_id::text
            end
        ]) as a (id)
        where a.id is not null and (people_in.change).entity <> 'change'
    ) as p (person);
end;

comment on function core.people_in is
'Whom a change names before or after: every address that stands anywhere in it, and accounts as #id.
Who did it is not meant: actors, and staff who booked, stay.';
