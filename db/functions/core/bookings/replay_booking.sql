create or replace function core.replay_booking(
    idempotency_key uuid, slot_id bigint, account_id bigint, patient_email text,
    out booking_id bigint, out manage_token text
)
language plpgsql volatile
set search_path = ''
as $$
declare
    v_hash bytea := core.hash_token(replay_booking.idempotency_key::text);
    v_stored data.booking;
begin
    -- Two calls with one key: the second waits here until the first has booked or failed.
    perform pg_advisory_xact_lock(hashtextextended(replay_booking.idempotency_key::text, 0));
    select b.* into v_stored from data.booking as b where b.idempotency_key_hash = v_hash;
    if not found then
        return;
    end if;
    if v_stored.slot_id <> replay_booking.slot_id
        or v_stored.account_id is distinct from replay_booking.account_id
        -- All guests have the same account: none. A key that two of them chose, or one guessed,
        -- does not hand over the other's booking.
        or lower(v_stored.patient_email) is distinct from lower(replay_booking.patient_email)
    then
        raise exception 'idempotency_key_reused' using errcode = 'PT409',
            detail = 'This idempotency_key was used for another booking.';
    end if;
    replay_booking.booking_id := v_stored.id;
    if v_stored.account_id is null then
        replay_booking.manage_token := core.new_token();
        update data.booking as b
        set manage_token_hash = core.hash_token(replay_booking.manage_token)
        where b.id = v_stored.id;
    end if;
end;
$$;

comment on function core.replay_booking is
'The booking that was made with this idempotency key, or nulls. A guest, whose first answer may have
been lost, gets a fresh manage token; the earlier one ends.

409 idempotency_key_reused: the key belongs to a booking of another slot, for another address or of
  somebody else.';
