create or replace function core.write_mail(
    kind text,
    to_address text,
    subject text,
    lines text[],
    link text default null,
    link_label text default null,
    calendar text default null,
    account_id bigint default null,
    booking_id bigint default null,
    expires_at timestamptz default null
) returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
    v_text text := array_to_string(array_append(write_mail.lines, write_mail.link), E'\n\n');
    v_html text;
begin
    select string_agg(format('<p>%s</p>', core.escape_html(l.line)), E'\n' order by l.place)
    into v_html
    from unnest(write_mail.lines) with ordinality as l (line, place)
    where l.line is not null;
    if write_mail.link is not null then
        v_html := v_html || format(
            E'\n<p><a href="%s">%s</a></p>', core.escape_html(write_mail.link),
            core.escape_html(write_mail.link_label)
        );
    end if;
    return core.write_message(
        kind => write_mail.kind, to_address => write_mail.to_address,
        subject => write_mail.subject, body_text => v_text || E'\n',
        body_html => format(
            E'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>%s</title>'
            || E'</head>\n<body>\n%s\n</body>\n</html>\n',
            core.escape_html(write_mail.subject), v_html
        ),
        calendar => write_mail.calendar, account_id => write_mail.account_id,
        booking_id => write_mail.booking_id, expires_at => write_mail.expires_at
    );
end;
$$;

comment on function core.write_mail is
'Makes text and HTML of paragraphs, without those that are null, and of a link below them, and puts
that into the outbox. Returns the id of the message.';
