create or replace function core.erase_person(account_id bigint) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
    v_name constant text := 'Erased';
    -- Whoever could guess it could have it before.
    v_email constant text := format('%s@erased.invalid', gen_random_uuid());
    v_now timestamptz := clock_timestamp();
    v_booking_ids bigint[];
begin
    -- No mail is written meanwhile, from what is still there.
    perform from data.event_reader as r where r.name = 'messages' for update;
    -- Slots, then bookings, each in id order.
    perform from data.slot as s
    where s.id in (
        select w.slot_id from data.waitlist_entry as w
        where w.account_id = erase_person.account_id and w.waiting
    )
    order by s.id
    for no key update;
    v_booking_ids := array(
        select b.id from data.booking as b
        where b.account_id = erase_person.account_id
        order by b.id
        for no key update
    );
    update data.waitlist_entry as w
    set ended_at = case when w.waiting then v_now else w.ended_at end,
        patient_name = v_name, patient_email = v_email
    where w.account_id = erase_person.account_id;
    update data.booking as b
    set patient_name = v_name, patient_email = v_email, patient_phone = null, reason = null,
        cancellation_reason = null
    where b.id = any(v_booking_ids);
    -- What staff wrote. The numbers that a provider gave name nobody, and are part of the books.
    update data.payment as p
    set provider_reference = null
    where p.booking_id = any(v_booking_ids) and p.provider = 'desk';
    -- Refunds that say nothing, too: something may just be being written there.
    update data.refund as f
    set reason = case when f.reason = 'Booking cancelled' then f.reason end, reference = null
    from data.payment as p
    where p.id = f.payment_id and p.booking_id = any(v_booking_ids);
    delete from data.record_word as w where w.patient_id = erase_person.account_id;
    update data.record as r
    set body = null, salt = null, erased_at = v_now
    where r.patient_id = erase_person.account_id;
    delete from data.message as m
    where m.account_id = erase_person.account_id or m.booking_id = any(v_booking_ids);
    delete from data.session as s where s.account_id = erase_person.account_id;
    delete from data.account_token as t where t.account_id = erase_person.account_id;
    delete from data.reset_request as q where lower(q.email) = (
        select lower(a.email) from data.account as a where a.id = erase_person.account_id
    );
    update data.account as a
    set name = v_name, email = v_email, phone = null, password_hash = null, new_email = null,
        email_verified_at = null, date_of_birth = null, gender = null, address = null,
        status = 'ERASED'
    where a.id = erase_person.account_id;
    -- Last, for the history has kept what was there before all this.
    perform core.erase_changes(erase_person.account_id);
end;
$$;

comment on function core.erase_person is
'Takes out of every table what says who a patient is; call it with the account locked, no live
booking left, and the request written down. Rows stay where they count, with ids, times and money
as they were.

What only bears the same address, as a booking that a guest made, is left, in the history, too: an
address, though it be verified, is not proof of a person, families share one, and anybody could have
registered or booked with somebody else''s. Whoever holds the manage_token of such a booking can
claim it for the account first; then it is erased with it.';
