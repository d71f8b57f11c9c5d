create or replace function auth.keep_addresses(
    public_url text, mail_address text, mail_name text
) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
    update data.setting as s
    set public_url = keep_addresses.public_url, mail_address = keep_addresses.mail_address,
        mail_name = keep_addresses.mail_name
    where (s.public_url, s.mail_address, s.mail_name) is distinct from (
        keep_addresses.public_url, keep_addresses.mail_address, keep_addresses.mail_name
    );
end;
$$;

comment on function auth.keep_addresses is
'Notes where the service is for its users: links in mails begin with it. Null: they hold no links.
And the address that mail comes from, and whose that is.';

grant execute on function auth.keep_addresses to slotkeeper_server;
