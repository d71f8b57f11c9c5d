create or replace function core.require_webhook_terms(url text, events data.event[]) returns void
language plpgsql stable
set search_path = ''
as $$
begin
    if require_webhook_terms.url like 'http://%' and not (
        select s.local_webhooks from data.setting as s
    ) then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'url must begin with https://.';
    end if;
    if cardinality(require_webhook_terms.events) = 0
        or array_position(require_webhook_terms.events, null) is not null
    then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'events must list one event or more.';
    end if;
end;
$$;

comment on function core.require_webhook_terms is
'Refuses addresses without TLS, unless the setting for development allows them, and empty lists.

400 invalid_parameter: the url does not begin with https://, or events are an empty list.';
