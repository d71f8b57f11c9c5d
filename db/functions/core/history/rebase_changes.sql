create or replace function core.rebase_changes() returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
    v_last_id bigint;
    v_count bigint;
begin
    if not exists (select from data.change as c where core.is_ahead(c.xid))
        and not exists (select from data.event_reader as r where core.is_ahead(r.last_xid))
    then
        return 0;
    end if;
    lock table data.change, data.event_reader in share row exclusive mode;
    -- What has a higher number was written since, here.
    v_last_id := coalesce(
        (select max(c.id) from data.change as c where core.is_ahead(c.xid)),
        (select max(c.id) from data.change as c)
    );
    -- All of it is committed, so only who has read it matters; and no cluster has ids as low.
    update data.change as c
    set xid = (
        select count(*) from data.event_reader as r
        where (r.last_xid, r.last_id) < (c.xid, c.id)
    )::text::xid8
    where c.id <= v_last_id;
    get diagnostics v_count = row_count;
    update data.event_reader as r
    set last_id = 0,
        last_xid = (
            select count(*) from data.event_reader as o
            where (o.last_xid, o.last_id) <= (r.last_xid, r.last_id)
        )::text::xid8;
    return v_count;
end;
$$;

comment on function core.rebase_changes is
'Makes a history that came with a dump of another cluster, whose transactions had higher ids, that
of this one: each reader goes on where it was, and what is written from now on comes last. Instead
of its transaction each change has the number of readers that it is still ahead of. Returns how
many changes that were; 0, and nothing written, where none came from elsewhere. For `slotkeeper
deploy`.';
