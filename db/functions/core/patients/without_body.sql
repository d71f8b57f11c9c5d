create or replace function core.without_body(fields jsonb) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
    return jsonb_strip_nulls(
        without_body.fields - '{body, salt}'::text[] || jsonb_build_object(
            'body_sha256', encode(sha256(convert_to(
                (without_body.fields ->> 'salt') || (without_body.fields ->> 'body'), 'UTF8'
            )), 'hex')
        )
    );
end;
$$;

comment on function core.without_body is
'A record as its history may keep it: of the body a digest. It is salted with what only the record
has, so that nobody tries out what a body might say.';
