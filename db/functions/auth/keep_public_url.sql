create or replace function auth.keep_public_url(public_url text) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
    update data.setting as s
    set public_url = keep_public_url.public_url
    where s.public_url is distinct from keep_public_url.public_url;
end;
$$;

comment on function auth.keep_public_url is
'Notes where the service is for its users: links in mails begin with it. Null: they hold no links.';

grant execute on function auth.keep_public_url to slotkeeper_server;
