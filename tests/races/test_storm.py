"""A storm of everything that can be done to few slots, and what is left of it."""

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from ..support.booking_office import Office
from ..support.databases import Database
from ..support.invariants import wrong_states
from ..support.server import Server, running
from ..support.wait import eventually
from .conftest import deadlocks
from .storm import CLIENTS, OPERATIONS, Storm
from .storm_client import ALLOWED, Memory

BOOKINGS = """
select
    b.id, b.patient_email, b.status::text,
    (select sum(upper(r.seats) - lower(r.seats)) from unnest(b.seats::int4multirange) as r (seats)),
    s.deleted_at is not null or b.cancelled_by = 'STAFF' and b.doctor_id = any(%s),
    b.payment_terms::text,
    exists (select from data.waitlist_entry as w where w.booking_id = b.id)
from data.booking as b join data.slot as s on s.id = b.slot_id
"""
WITHOUT_HISTORY = """
with everything (entity, id) as (
    select 'booking', b.id from data.booking as b
    union all select 'payment', p.id from data.payment as p
    union all select 'refund', r.id from data.refund as r
    union all select 'slot', s.id from data.slot as s
    union all select 'doctor', d.id from data.doctor as d
    union all select 'account', a.id from data.account as a
)
select * from everything except select c.entity, c.entity_id from data.change as c
where num_nonnulls(c.before, c.booking_before) = 0
"""

COUNTED = """
select to_jsonb(d)::text from data.report_day as d
union all select to_jsonb(m)::text from data.report_money as m
"""
# Slots that the storm let start had their times changed past the history that is read for reports.
MARK_STARTED = """
insert into data.stale_day (doctor_id, local_date)
select distinct s.doctor_id, d.local_date
from data.slot as s
cross join lateral (
    select (c.after ->> 'local_date')::date as told
    from data.change as c
    where c.entity = 'slot' and c.entity_id = s.id
    order by c.id desc
    limit 1
) as h
cross join lateral (values (s.local_date), (h.told)) as d (local_date)
where h.told <> s.local_date
on conflict do nothing
"""
# Forget all that was counted, and count what there is.
COUNT_ANEW = """
do $$ begin
    delete from data.report_day;
    delete from data.report_money;
    insert into data.stale_day select distinct s.doctor_id, s.local_date from data.slot as s;
    insert into data.stale_money select distinct m.local_date from core.money_move as m;
    while core.count_money(10) + core.count_days(1000) > 0 loop end loop;
end $$
"""

# What fails always, or by chance all the time.
RARE = {
    *("act as another clinic's clerk", "show as a stranger"),
    *("delete doctor", "delete doctor by force", "hire doctor"),
}
REFUSALS = {
    *("409 slot_taken", "409 not_enough_seats", "409 booking_not_active", "409 slot_in_past"),
    *("409 booking_expired", "409 already_paid", "409 slot_has_bookings"),
    *("409 slot_has_seats", "409 payment_due", "409 slot_not_started", "409 capacity_below_sold"),
    *("409 overlaps_own_booking", "409 exceeds_captured", "409 refund_not_due"),
    *("409 booking_not_confirmed", "409 booking_not_checked_in", "409 refund_not_sent"),
}


def test_a_storm_leaves_nothing_wrong(database: Database) -> None:
    """Thousands of requests by 32 clients: no 5xx, no refusal that is not due, no wrong state."""
    database.rows("update data.setting set simulated_payments = true")
    with running(Server(database, workers=2)) as server, counting(database):
        memory = Storm(Office(server), doctors=4, slots=4).run()
        sys.stderr.write(
            f"{figures(memory)}\n{server.log}"
        )  # for who has to find out why a test failed
        assert " 500 " not in server.log
    assert memory.faults == []
    assert memory.total >= CLIENTS * OPERATIONS
    assert deadlocks(database) == 0
    assert wrong_states(database, settled=True) == {}
    assert database.rows(WITHOUT_HISTORY) == []
    # A hold may run out between two counts; what was miscounted stays so.
    eventually(lambda: miscounted(database) == set(), what="the reports to tell what there is")
    assert unexplained(memory, database) == []
    # All of it has to have happened, or the storm was none.
    succeeded = {operation for operation, result in memory.results if result.startswith("2")}
    heard = {result for _, result in memory.results}
    assert (set(ALLOWED) - succeeded - RARE, REFUSALS - heard) == (set(), set()), figures(memory)


@contextmanager
def counting(database: Database) -> Iterator[None]:
    """Keep the reports up all the time, and not once a minute."""
    over = threading.Event()

    def count() -> None:
        while not over.wait(0.1):
            database.rows("select core.keep_reports(500, interval '0')")

    with ThreadPoolExecutor() as pool:
        counted = pool.submit(count)
        try:
            yield
        finally:
            over.set()
        counted.result()


def miscounted(database: Database) -> set[tuple[str]]:
    """Return in what the reports, kept up change by change, differ from a count of all."""
    database.rows(MARK_STARTED)
    database.rows("select core.do_due_task('expire_holds')")
    database.rows("select core.keep_reports(500, interval '0')")
    kept = set(database.rows(COUNTED))
    assert kept
    with database.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute(COUNT_ANEW)
        counted = set(connection.execute(COUNTED).fetchall())
    return kept ^ counted


def unexplained(memory: Memory, database: Database) -> list[str]:
    """Return what the tables say that the answers do not, or the other way round."""
    faults = []
    rows = database.rows(BOOKINGS, [list(memory.away)])
    stored = {row[0]: row for row in rows}
    # Nobody's answer was lost: what is stored was answered 201, or is an offer; and all is there.
    offers = {row[0] for row in rows if row[6]}
    if set(stored) - offers != set(memory.told) - offers or not set(memory.told) <= set(stored):
        faults.append(f"not both stored and answered: {set(stored) ^ set(memory.told)}")
    emails = Counter(row[1] for row in rows)
    faults += [
        f"booked twice: {email}"
        for email, count in emails.items()
        if count > 1 and len(email) > len("regular@example.com")
    ]
    for booking_id, booking in memory.booked.items():
        _, email, status, seats, by_force, terms, offered = stored[booking_id]
        told = memory.told[booking_id]
        if email != booking.email or not memory.fits(booking, seats):
            faults.append(f"{booking} is stored as {stored[booking_id]}")
        cancelled = told["cancel"] + told["cancel by staff"]
        paid = told["pay"] + told["pay at the desk"]
        declined = told["decline"] if terms == "PREPAID" else 0
        if paid + declined > 1 or cancelled > 1 or (declined and cancelled):
            faults.append(f"{booking}: several ends: {told}")
        possible = {"CANCELLED"} if cancelled else {"FAILED"} if declined else None
        if possible is None and (paid or (terms == "AT_VISIT" and not offered)):
            possible = {"CONFIRMED", "CHECKED_IN", "COMPLETED", "NO_SHOW"}
            possible |= {"CANCELLED"} if by_force else set()
        if possible is not None and status not in possible:
            faults.append(f"{booking}: {status}, but told {told}")
        if status == "CANCELLED" and not (cancelled or by_force or offered):
            faults.append(f"{booking}: nobody cancelled it")
    return faults


def figures(memory: Memory) -> str:
    """Return the storm as a table: operation, result, how often."""
    lines = [f"{op}: {result}: {count}" for (op, result), count in sorted(memory.results.items())]
    return "\n".join([*lines, f"all: {memory.total}"])
