create or replace function core.make_account_token(
    account_id bigint, purpose data.token_purpose, email text
) returns text
language plpgsql volatile
set search_path = ''
as $$
declare
    -- Nobody's mailbox is filled by those who know the address.
    v_most constant integer := 5;
    v_now timestamptz := clock_timestamp();
    v_token text := core.new_token();
begin
    if (
        select count(*) >= v_most
        from data.account_token as t
        where t.account_id = make_account_token.account_id
            and t.purpose = make_account_token.purpose and t.expires_at > v_now
    ) then
        return null;
    end if;
    insert into data.account_token (
        token_hash, account_id, purpose, email, created_at, expires_at
    )
    values (
        core.hash_token(v_token), make_account_token.account_id, make_account_token.purpose,
        make_account_token.email, v_now, v_now + interval '1 hour'
    );
    return v_token;
end;
$$;

comment on function core.make_account_token is
'A token that works once, for an hour, to be mailed to an address of a locked account; null where
five of the kind are under way already. Only its hash is kept here.';
