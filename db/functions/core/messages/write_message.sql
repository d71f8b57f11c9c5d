create or replace function core.write_message(
    kind text,
    to_address text,
    subject text,
    body_text text,
    body_html text,
    calendar text default null,
    account_id bigint default null,
    booking_id bigint default null,
    expires_at timestamptz default null
) returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
    v_now timestamptz := clock_timestamp();
    v_id bigint;
begin
    insert into data.message as m (
        kind, to_address, subject, body_text, body_html, calendar, account_id, booking_id,
        created_at, expires_at
    )
    values (
        write_message.kind, write_message.to_address, write_message.subject,
        write_message.body_text, write_message.body_html, write_message.calendar,
        write_message.account_id, write_message.booking_id,
        v_now, greatest(coalesce(write_message.expires_at, v_now + interval '7 days'), v_now)
    )
    returning m.id into v_id;
    return v_id;
end;
$$;

comment on function core.write_message is
'Puts a ready-made mail into the outbox, to be sent at once, or given up a week later unless told
otherwise. What was written in a transaction that is rolled back is never sent. Returns its id.';
