create or replace function core.write_messages(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_until timestamptz := clock_timestamp() + interval '1 second';
    v_changes data.change[];
    v_change data.change;
    v_set_aside bigint[] := array[]::bigint[];
    v_read integer;
    v_count integer := 0;
begin
    loop
        -- Most of what happens is mailed to nobody.
        select count(*), coalesce(array_agg(e) filter (where e.event <> 'booking.held'), '{}')
        into v_read, v_changes
        from core.next_events('messages', write_messages.batch) as e;
        loop
            -- One block for all, and all again without what failed: as many subtransactions as
            -- mails would make reading slower for everybody.
            begin
                foreach v_change in array v_changes loop
                    continue when v_change.id = any(v_set_aside);
                    v_change := core.plain_change(v_change);
                    perform core.mail_event(v_change);
                    if v_change.event in ('booking.confirmed', 'booking.moved') then
                        perform core.plan_reminder(v_change);
                    end if;
                end loop;
                exit;
            exception
                -- What a template or what it was given may be to blame for, not the moment.
                when data_exception or integrity_constraint_violation or cardinality_violation
                    or syntax_error_or_access_rule_violation or plpgsql_error
                then
                    raise warning 'no mail of change %: % %', v_change.id, sqlstate,
                        core.plain_error(sqlerrm);
                    v_set_aside := v_set_aside || v_change.id;
            end;
        end loop;
        v_count := v_count + v_read;
        exit when v_read < write_messages.batch or clock_timestamp() > v_until;
    end loop;
    return v_count;
end;
$$;

comment on function core.write_messages is
'Writes the mails about what has happened, each once, `batch` changes at a time, for a second at the
most; returns how many changes that were. One whose mail cannot be written is set aside with a
warning in the log, so that all others are told; README says how to write it once that is mended.';
