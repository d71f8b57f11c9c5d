create or replace function core.ics_uid(entity text, id bigint) returns text
language plpgsql stable strict
set search_path = ''
as $$
begin
    return (
        select encode(substr(core.hmac_sha256(
            s.token_secret, convert_to(format('calendar %s %s', ics_uid.entity, ics_uid.id), 'UTF8')
        ), 1, 16), 'hex')
        from data.setting as s
    );
end;
$$;

comment on function core.ics_uid is
'What identifies an event of a calendar in the whole world, as long as the installation lives.';
