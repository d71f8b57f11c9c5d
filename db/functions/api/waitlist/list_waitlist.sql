create or replace function api.list_waitlist(
    slot_id bigint default null,
    manage_token text default null,
    "limit" data.page_size default 50,
    after bigint default null
) returns setof api.waitlist_entry
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_account_id bigint;
    v_role text;
    v_hash bytea := core.hash_token(list_waitlist.manage_token);
    v_before bigint := coalesce(list_waitlist.after, 9223372036854775807);
    v_mailed_id bigint := core.mailed_booking(list_waitlist.manage_token);
    v_staff boolean;
    v_ids bigint[];
begin
    v_account_id := core.caller_account();
    v_role := core.caller_role();
    perform core.require_after(list_waitlist.after is null or exists (
        select from data.waitlist_entry as w
        where w.id = list_waitlist.after
            and (list_waitlist.slot_id is null or w.slot_id = list_waitlist.slot_id)
            and core.waitlist_access(w.id, list_waitlist.manage_token) is not null
    ));
    if list_waitlist.slot_id is not null then
        select core.is_staff(s.doctor_id) into v_staff
        from data.slot as s where s.id = list_waitlist.slot_id;
        v_ids := array(
            select w.id
            from data.waitlist_entry as w
            where w.slot_id = list_waitlist.slot_id and w.id < v_before
                and (v_staff or w.account_id = v_account_id or w.manage_token_hash = v_hash
                    or w.booking_id = v_mailed_id)
            order by w.id desc
            limit list_waitlist.limit
        );
    else
        v_ids := array(
            (
                select w.id from data.waitlist_entry as w
                where v_role = 'admin' and w.id < v_before
                order by w.id desc
                limit list_waitlist.limit
            )
            union
            (
                select w.id from data.waitlist_entry as w
                where w.account_id = v_account_id and w.id < v_before
                order by w.id desc
                limit list_waitlist.limit
            )
            union
            (
                select w.id from data.waitlist_entry as w
                where w.manage_token_hash = v_hash and w.id < v_before
                order by w.id desc
                limit list_waitlist.limit
            )
            union
            select w.id from data.waitlist_entry as w
            where w.booking_id = v_mailed_id and w.id < v_before
            union
            select o.id
            from data.doctor as d
            cross join lateral (
                select w.id from data.waitlist_entry as w
                where w.doctor_id = d.id and w.id < v_before
                order by w.id desc
                limit list_waitlist.limit
            ) as o
            where v_role = 'clerk' and d.clinic_id = (select core.caller_clinic())
                or v_role = 'doctor' and d.account_id = v_account_id
            order by id desc
            limit list_waitlist.limit
        );
    end if;
    return query
    select w.* from api.waitlist_entry as w where w.id = any(v_ids) order by w.id desc;
end;
$$;

comment on function api.list_waitlist is
'GET /api/waitlist
Topic: waitlist

Entries of waitlists, newest first: the own ones, the one of a manage_token; for doctors also those
of their slots, for clerks those of their clinic, for admins all. `position` tells who is next.

400 invalid_parameter: `after` names no row that the caller may see.';

grant execute on function api.list_waitlist
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
