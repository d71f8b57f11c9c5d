create or replace function core.replay_booking(
    idempotency_key uuid, slot_id bigint, account_id bigint, patient_email text,
    booked_by_id bigint, booked_by_role data.account_role,
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
    if replay_booking.account_id is null then
        replay_booking.manage_token := core.derive_token(replay_booking.idempotency_key);
    end if;
    if v_stored.id is null then
        return;
    end if;
    -- All guests have the same account: none. A key that two of them chose, or one guessed, does
    -- not hand over the other's booking.
    if (
        v_stored.slot_id, v_stored.account_id, lower(v_stored.patient_email),
        v_stored.booked_by_id, v_stored.booked_by_role
    ) is distinct from (
        replay_booking.slot_id, replay_booking.account_id, lower(replay_booking.patient_email),
        replay_booking.booked_by_id, replay_booking.booked_by_role
    ) then
        raise exception 'idempotency_key_reused' using errcode = 'PT409',
            detail = 'This idempotency_key was used for another booking.';
    end if;
    replay_booking.booking_id := v_stored.id;
    -- Of a booking that is older than the installation's secret the first token is not known.
    update data.booking as b
    set manage_token_hash = core.hash_token(replay_booking.manage_token)
    where b.id = v_stored.id
        and b.manage_token_hash <> core.hash_token(replay_booking.manage_token);
end;
$$;

comment on function core.replay_booking is
'The booking that was made with this idempotency key, if there is one, and for a guest its manage
token, which is that of the first answer, or will be.

409 idempotency_key_reused: the key belongs to a booking of another slot, for another address or of
  somebody else.';
