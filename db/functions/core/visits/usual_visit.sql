create or replace function core.usual_visit(doctor_id bigint) returns interval
language plpgsql stable
set search_path = ''
as $$
begin
    return (
        select percentile_cont(0.5) within group (order by v.length)
        from (
            select v.completed_at - greatest(
                v.checked_in_at, lag(v.completed_at) over (order by v.completed_at, v.id)
            ) as length
            from (
                select b.id, b.checked_in_at, b.completed_at
                from (
                    select s.id
                    from data.slot as s
                    where s.doctor_id = usual_visit.doctor_id
                        and s.start_time <= statement_timestamp()
                    order by s.start_time desc
                    limit 500
                ) as s
                join data.booking as b on b.slot_id = s.id
                where b.completed_at is not null
                order by b.completed_at desc
                limit 51
            ) as v
            order by v.completed_at desc, v.id desc
            limit 50
        ) as v
        -- What was shorter or longer was noted down some other time than it happened.
        where v.length between interval '1 minute' and interval '4 hours'
    );
end;
$$;

comment on function core.usual_visit is
'How long a visit to a doctor takes: the median of the last fifty in as
many as 500 slots, each from the patient''s arrival,
or the end of the visit before, to its end. Null where there were none.';
