create or replace function core.mail_resets(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_request record;
    v_account record;
    v_token text;
    v_count integer := 0;
begin
    for v_request in
        select r.id, r.email
        from data.reset_request as r
        order by r.id
        limit mail_resets.batch
        for update skip locked
    loop
        -- Whoever holds the account may wait for what this transaction has locked before.
        select a.id, a.email into v_account
        from data.account as a
        where lower(a.email) = lower(v_request.email)
            and a.status in ('ACTIVE', 'PENDING_APPROVAL')
        for no key update skip locked;
        if found then
            v_token := core.make_account_token(v_account.id, 'RESET', v_account.email);
            if v_token is not null then
                perform core.mail_reset(v_account.id, v_account.email, v_token);
            end if;
        end if;
        -- One that is locked at this moment has its turn next time.
        continue when v_account.id is null and exists (
            select from data.account as a
            where lower(a.email) = lower(v_request.email)
                and a.status in ('ACTIVE', 'PENDING_APPROVAL')
        );
        delete from data.reset_request as r where r.id = v_request.id;
        v_count := v_count + 1;
    end loop;
    return v_count;
end;
$$;

comment on function core.mail_resets is
'Mails a token to those who said that they forgot a password and have an account, at most `batch` of
them; returns how many requests there were.';
