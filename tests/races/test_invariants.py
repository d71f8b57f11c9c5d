"""The invariant query can fail: each kind of wrong state is made by force, and is counted."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.rows import TupleRow

from ..support.databases import Database
from ..support.invariants import count_states, wrong_states

# Right states of every kind, and the names that the corruptions below use.
PEOPLE = """
create temporary table named as
with people as materialized (
    select tests.doctor(fee => 50) as doctor, tests.doctor(fee => 0) as free_doctor,
        tests.account() as ann
), slots as materialized (
    select p.*, tests.slot(p.doctor, capacity => 3) as slot, tests.slot(p.free_doctor) as free_slot
    from people as p
), more as materialized (
    select s.*, tests.slot(s.doctor, capacity => 2) as other_slot,
        tests.slot(s.doctor) as empty_slot
    from slots as s
)
select m.*,
    tests.booking(m.slot) as pending,
    tests.booking(m.slot, status => 'CONFIRMED') as confirmed,
    tests.booking(m.slot, account => m.ann, status => 'CONFIRMED') as cancelled,
    tests.booking(m.other_slot, status => 'FAILED') as failed,
    tests.booking(m.other_slot, status => 'CONFIRMED', seats => 2) as pair,
    tests.booking(m.free_slot, status => 'CONFIRMED') as free
from more as m;
select tests.payment(n.failed, 'FAILED') from named as n;
select core.release_bookings(array[n.cancelled], 'CANCELLED', refund => true) from named as n
"""

NOW = "clock_timestamp()"
UNGUARDED = "set local session_replication_role = replica"


def without(table: str, *constraints: str) -> str:
    """Return the statements that take constraints away until the transaction is rolled back."""
    return "; ".join(f"alter table data.{table} drop constraint {name}" for name in constraints)


def view(name: str, old: str, new: str) -> str:
    """Return a statement that makes a view lie; fails where there is nothing to change."""
    return (
        "do $do$ declare v text := pg_get_viewdef('" + name + "'::regclass); begin"
        f" assert strpos(v, $old${old}$old$) > 0, v;"
        f" execute 'create or replace view {name} as '"
        f" || replace(v, $old${old}$old$, $new${new}$new$);"
        " end $do$"
    )


def update_booking(which: str, change: str) -> str:
    """Return a statement that changes one of the named bookings."""
    return f"update data.booking set {change} where id = (select {which} from named)"


def update_payment(which: str, change: str) -> str:
    """Return a statement that changes the payment of one of the named bookings."""
    return f"update data.payment set {change} where booking_id = (select {which} from named)"


def update_slot(which: str, change: str) -> str:
    """Return a statement that changes one of the named slots."""
    return f"update data.slot set {change} where id = (select {which} from named)"


EVENT = (
    "insert into data.provider_event (provider, event_id, payment_id, outcome, amount, currency,"
    " payment_status) select 'acme', '1', p.id, 'SUCCEEDED', 50, 'USD', 'SUCCEEDED'"
    " from data.payment as p where p.booking_id = (select confirmed from named)"
)


def waits(slot: str, more: str = "") -> str:
    """Return a statement that lets somebody wait for one of the named slots."""
    return f"select tests.waitlist_entry({slot}{more}) from named"


HOURS = (
    "insert into data.hours (doctor_id, weekday, valid, start_time, end_time, slot_minutes,"
    " capacity) select doctor, d, '(,)', '00:00', '23:59', 7, 1 from named,"
    " generate_series(1, 7) as d"
)
COPIED = "slot_capacity = 2, slot_open = true"
UNCANCELLED = "cancelled_at = null, cancelled_by = null"
MOVED = f"slot_id = (select other_slot from named), {COPIED}"

CORRUPTIONS: dict[str, list[str]] = {
    "seat sold twice": [
        without("booking", "booking_seat_sold_once"),
        update_booking("pending", "seats = '{[2,3)}'"),
    ],
    "seat beyond the capacity": [
        without("booking", "booking_fits_slot"),
        update_booking("confirmed", "seats = '{[4,5)}'"),
    ],
    "more seats than the capacity": [
        without("booking", "booking_fits_slot", "booking_seat_sold_once"),
        update_booking("pending", f"{MOVED}, seats = '{{[3,4)}}'"),
    ],
    "booking without a seat": [
        "alter domain data.seat_set drop constraint seat_set_bounded",
        update_booking("failed", "seats = '{}'"),
    ],
    "live booking on a deleted slot": [
        update_slot("slot", f"deleted_at = {NOW}"),
    ],
    "coming slot of a deleted doctor": [
        f"update data.doctor set deleted_at = {NOW} where id = (select doctor from named)",
    ],
    "slots of a doctor that overlap": [
        without("slot", "slot_overlaps"),
        update_slot(
            "other_slot",
            "start_time = start_time - interval '1 minute',"
            " end_time = end_time - interval '1 minute'",
        ),
    ],
    "copied terms that differ from the slot": [
        update_slot("slot", "capacity = 4"),
    ],
    "slot that ends before its start": [
        without("slot", "slot_ends_after_start", "slot_overlaps"),
        update_slot("empty_slot", "end_time = start_time - interval '1 minute'"),
    ],
    "booking, payment or refund of nothing": [
        "delete from data.payment where booking_id = (select cancelled from named)",
    ],
    "confirmed without payment": [
        "delete from data.payment where booking_id = (select confirmed from named)",
    ],
    "paid but still pending": [
        update_booking("confirmed", "status = 'PENDING', confirmed_at = null"),
    ],
    "failed, yet the money was kept": [
        update_booking("confirmed", "status = 'FAILED', confirmed_at = null"),
    ],
    "failed, yet a simulated payment succeeded": [
        update_booking("cancelled", f"status = 'FAILED', confirmed_at = null, {UNCANCELLED}"),
    ],
    "failed while its hold lasted, without a decline": [
        update_booking("pending", "status = 'FAILED'"),
    ],
    "declined, yet not failed": [
        update_payment(
            "confirmed", "status = 'FAILED', captured_amount = 0, captured_currency = null"
        ),
    ],
    "confirmed after its hold": [
        update_booking("confirmed", "confirmed_at = expires_at + interval '1 microsecond'"),
    ],
    "times that do not fit the status": [
        update_booking("failed", "confirmed_at = created_at"),
    ],
    "nothing due, yet not confirmed": [
        update_booking("free", f"status = 'PENDING', expires_at = {NOW} + interval '1 minute'"),
    ],
    "amount that is not fee times seats": [
        update_booking("pair", "amount = 50"),
    ],
    "no owner, or two": [
        "alter table data.booking disable trigger guard_booking",
        update_booking("pending", "account_id = (select ann from named)"),
    ],
    "two bookings by one idempotency key": [
        "drop index data.booking_idempotency_key",
        update_booking("pending", "idempotency_key_hash = core.hash_token('one')"),
        update_booking("confirmed", "idempotency_key_hash = core.hash_token('one')"),
    ],
    "visit times that do not fit the status": [
        update_booking("confirmed", f"checked_in_at = {NOW}"),
    ],
    "made for a patient by somebody who is no staff": [
        update_booking("confirmed", "booked_by_role = 'patient'"),
    ],
    "more unpaid than the clinic lets a guest have": [
        "update data.clinic set unpaid_limit = 1",
        "select tests.booking(slot) from named",
    ],
    "bookings of a guest that overlap where none may": [
        "update data.clinic set overlap_allowed = false",
    ],
    "after due work: a slot that no hours make": [
        HOURS,
        update_slot("empty_slot", "generated = true"),
    ],
    "waiting for a deleted slot": [
        waits("empty_slot"),
        update_slot("empty_slot", f"deleted_at = {NOW}"),
    ],
    "slot that does not say whether somebody waits": [
        update_slot("empty_slot", "has_waitlist = true"),
    ],
    "waiting twice for a slot": [
        "drop index data.waitlist_entry_once",
        waits("empty_slot", ", ann"),
        waits("empty_slot", ", ann"),
    ],
    "one booking offered to two": [
        without("waitlist_entry", "waitlist_entry_booking_key"),
        waits("slot"),
        waits("slot"),
        "update data.waitlist_entry set booking_id = (select pending from named)",
    ],
    "offered to somebody else, or more than asked for": [
        waits("slot", ", ann"),
        "update data.waitlist_entry set booking_id = (select pending from named)",
    ],
    "waiting, ended or offered, and shown otherwise": [
        waits("empty_slot"),
        view("api.waitlist_entry", "'WAITING'::text", "'OFFERED'::text"),
    ],
    "after due work: waiting for what has started": [
        waits("empty_slot"),
        update_slot(
            "empty_slot",
            "start_time = start_time - interval '9 days', end_time = end_time - interval '9 days',"
            " local_date = local_date - 9",
        ),
    ],
    "after due work: waiting beside free seats": [
        waits("empty_slot"),
    ],
    "erased, and still known": [
        "update data.account set status = 'ERASED' where role = 'patient'",
    ],
    "record that no doctor wrote, or words that are not its own": [
        (
            "insert into data.record (patient_id, doctor_id, author_id, kind, body)"
            " select a.id, d.id, a.id, 'HISTORY', '{\"a\": 1}'"
            " from (select min(id) as id from data.account where role = 'patient') as a"
            " cross join (select min(id) as id from data.doctor) as d"
        ),
    ],
    "paid twice": [
        "drop index data.payment_one_succeeded",
        "select tests.payment(confirmed, 'SUCCEEDED') from named",
    ],
    "two open payments": [
        "drop index data.payment_one_pending",
        "select tests.payment(pending), tests.payment(pending) from named",
    ],
    "open payment of a booking that is not pending": [
        "select tests.payment(confirmed) from named",
    ],
    "payment of another amount than the booking": [
        update_payment("confirmed", "amount = 49.99, captured_amount = 49.99"),
    ],
    "captured what the status does not say": [
        update_payment("confirmed", "captured_amount = 49.99"),
    ],
    "one capture recorded twice": [
        "drop index data.payment_provider_reference_key",
        update_payment("confirmed", "provider_reference = 'one'"),
        update_payment("pair", "provider_reference = 'one'"),
    ],
    "provider event of another provider's payment": [EVENT],
    "provider event taken twice": [
        without("provider_event", "provider_event_once"),
        EVENT,
        EVENT,
    ],
    "capture that a provider reported and nobody recorded": [
        EVENT,
        (
            "update data.provider_event set payment_id ="
            " (select id from data.payment where booking_id = (select failed from named))"
        ),
    ],
    "money moved that payments and refunds do not bear out": [
        view("core.money_move", "r.done_at IS NOT NULL", "r.done_at IS NULL"),
    ],
    "paid after the hold": [
        update_booking("confirmed", "expires_at = created_at + interval '1 microsecond'"),
    ],
    "refund beyond what was captured": [
        "update data.refund set portion = '[0,50.01)'",
    ],
    "money given back twice": [
        without("refund", "refund_once"),
        (
            "insert into data.refund (payment_id, captured_amount, portion)"
            " select payment_id, captured_amount, '[10,20)' from data.refund"
        ),
    ],
    "cancelled in time without full refund": [
        "update data.refund set portion = '[0,49.99)'",
    ],
    "refund without a reason": [
        update_booking("cancelled", f"status = 'CONFIRMED', {UNCANCELLED}"),
    ],
    "surplus without refund": [
        "select tests.payment(pair, 'SURPLUS') from named",
    ],
    "history that does not end in the row as it is": [
        update_booking("confirmed", "reason = 'a cough'"),
    ],
    "history whose steps do not meet": [
        (
            "insert into data.change (entity, entity_id, actor_role, before, booking_after)"
            " select entity, entity_id, 'admin', '{}', booking_after from data.change"
            " where entity = 'booking' and entity_id = (select pending from named)"
        ),
    ],
    "state of a booking without its event, or with two": [
        "delete from data.change where event = 'booking.cancelled'",
    ],
    "refund without its event, or with two": [
        (
            "insert into data.change (entity, entity_id, event, actor_role, after)"
            " select entity, entity_id, event, 'admin', after from data.change"
            " where event = 'refund.due'"
        ),
    ],
    "link of the audit chain that is broken": [
        "update data.event_reader set last_xid = '9223372036854775807' where name = 'chain'",
    ],
    "slot shown wrongly or not at all": [
        view("core.slot", "s.deleted_at IS NULL", "s.deleted_at IS NULL AND s.capacity <> 2"),
    ],
    "seats_available that differs": [
        view("core.slot", "s.capacity - t.taken", "s.capacity - t.taken + 1"),
    ],
    "slot status that differs": [
        view("core.slot", "'BOOKED'", "'HELD'"),
    ],
    "booking not shown, or twice": [
        view("api.booking", "s.id = b.slot_id", "s.id = b.slot_id AND b.amount > 0::numeric"),
    ],
    "booking status that differs": [
        # As if readers waited for the tidy-up.
        view("core.booking", "b.expires_at, st", "b.expires_at + '1 hour'::interval, st"),
        update_booking(
            "pending",
            f"created_at = {NOW} - interval '3 minutes', expires_at = {NOW} - interval '1 minute'",
        ),
    ],
    "number of seats that differs": [
        update_booking("pair", "seat_count = 1"),
    ],
    "payment_status that differs": [
        view("core.booking", "'REFUND_DUE'", "'REFUNDED'"),
    ],
    "refunded_amount that differs": [
        view("api.payment", "'DONE'", "'DUE'"),
    ],
    "announced and not mailed once": [
        "update data.event_reader set last_xid = pg_current_xact_id(), last_id = 9e18",
    ],
    "mailed to another address": [
        "select core.write_message('test', 'e@x.org', 'x', '', '', '', null, pending) from named",
    ],
}


@pytest.fixture
def populated(database: Database) -> Iterator[psycopg.Connection[TupleRow]]:
    """A connection in a transaction that has made some of everything; rolled back at the end."""
    with database.connect() as connection, connection.transaction(force_rollback=True):
        for statement in PEOPLE.split(";"):
            connection.execute(statement.encode())
        yield connection


def test_every_wrong_state_that_is_made_by_force_is_counted(
    populated: psycopg.Connection[TupleRow],
) -> None:
    before = count_states(populated)
    assert not any(before.values()), "right states, some of every kind"
    missed = []
    for kind, statements in CORRUPTIONS.items():
        with populated.transaction(force_rollback=True):
            populated.execute(UNGUARDED)
            for statement in statements:
                populated.execute(statement.encode())
            after = count_states(populated)
        if not after.get(kind):
            missed.append((kind, {other: cases for other, cases in after.items() if cases}))
    assert missed == []
    assert count_states(populated) == before


def test_no_kind_is_counted_that_was_never_seen_to_fail(database: Database) -> None:
    with database.connect() as connection:
        assert list(count_states(connection)) == list(CORRUPTIONS)


def test_an_empty_house_is_in_order(database: Database) -> None:
    assert wrong_states(database) == {}
