create or replace function core.mail_resets(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_request record;
    v_account data.account;
    v_count integer := 0;
begin
    for v_request in
        select r.id, a.id as account_id
        from data.reset_request as r
        left join data.account as a on lower(a.email) = lower(r.email)
        order by r.id
        limit mail_resets.batch
        for update of r skip locked
    loop
        -- Whoever holds the account may wait for what this transaction has locked before: the
        -- request has its turn next time.
        select a.* into v_account
        from data.account as a
        where a.id = v_request.account_id
        for no key update skip locked;
        continue when v_account.id is distinct from v_request.account_id;
        if v_account.status in ('ACTIVE', 'PENDING_APPROVAL') then
            perform core.mail_token(v_account.id, 'RESET', v_account.email);
        end if;
        delete from data.reset_request as r where r.id = v_request.id;
        v_count := v_count + 1;
    end loop;
    return v_count;
end;
$$;

comment on function core.mail_resets is
'Mails a token to those who said that they forgot a password and have an account, at most `batch` of
them; returns how many requests there were.';
