"""The demo's group of clinics: as many bookings as wanted, and nothing wrong about them."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from server.config import OperatorError
from slotkeeper.demo import grow_demo
from tests.support import databases
from tests.support.cluster import Cluster
from tests.support.databases import DB, Database
from tests.support.invariants import wrong_states
from tests.support.wait import eventually

BOOKINGS = 1500
KINDS = """
select 'booking ' || b.status from data.booking as b
union select 'payment status ' || b.payment_status from api.booking as b
union select 'terms ' || b.payment_terms from data.booking as b
union select 'payment ' || p.status from data.payment as p
union select 'refund ' || f.status from data.refund as f
union select 'a guest''s' from data.booking as b where b.account_id is null
union select 'a patient''s' from data.booking as b where b.account_id is not null
union select 'made by staff' from data.booking as b where b.booked_by_id is not null
union select 'of several seats' from data.booking as b where b.seat_count > 1
union select 'waitlist ' || w.status from api.waitlist_entry as w
union select 'time off' from data.time_off as t
union select 'in ' || c.time_zone from data.booking as b
join data.doctor as d on d.id = b.doctor_id join data.clinic as c on c.id = d.clinic_id
"""
RESTING = """
select t.tgrelid::regclass::text, t.tgname::text from pg_trigger as t where t.tgenabled <> 'O'
"""
MISDATED = """
select count(*) from data.slot as s where s.local_date is distinct from core.day_of_slot(s.id)
"""
CONTENT = """
select b.patient_email, b.patient_name, b.seats::text, b.amount, s.start_time
from data.booking as b join data.slot as s on s.id = b.slot_id order by 1, 5, 3
"""
CLINICS = """
select count(distinct d.clinic_id)
from data.booking as b join data.doctor as d on d.id = b.doctor_id
"""
WAITING = """
from pg_stat_activity as a where a.datname = current_database() and a.wait_event_type = 'Lock'
"""
# A query for each foreign key: how many rows name none.
ORPHANS = """
select format(
    'select count(*) from %s as n where num_nulls(%s) = 0 and not exists (select from %s as k'
    ' where %s)',
    c.conrelid::regclass, string_agg(format('n.%I', n.attname), ', '), c.confrelid::regclass,
    string_agg(format('n.%I = k.%I', n.attname, k.attname), ' and ')
)
from pg_constraint as c
cross join unnest(c.conkey, c.confkey) as pair (naming, named)
join pg_attribute as n on n.attrelid = c.conrelid and n.attnum = pair.naming
join pg_attribute as k on k.attrelid = c.confrelid and k.attnum = pair.named
where c.contype = 'f' and c.connamespace = 'data'::regnamespace
group by c.oid, c.conrelid, c.confrelid
"""


def grow(database: Database, bookings: int) -> list[tuple[int, int]]:
    """Grow the demo; return what was told on the way."""
    told: list[tuple[int, int]] = []
    grow_demo(database.admin_url, DB, bookings, lambda done, of: told.append((done, of)))
    return told


def test_it_has_a_bit_of_everything_and_nothing_is_wrong(database: Database) -> None:
    told = grow(database, BOOKINGS)
    assert told[0] == (0, BOOKINGS)
    assert told[-1] == (BOOKINGS, BOOKINGS)
    assert database.value("select count(*) from data.booking") == BOOKINGS
    assert wrong_states(database) == {}
    assert database.value(MISDATED) == 0
    foreign_keys = database.rows(ORPHANS)
    assert foreign_keys
    assert [each for (each,) in foreign_keys if database.value(each)] == []
    # Guards that rested meanwhile look at a row whatever is set.
    for table in ("booking", "payment", "refund"):
        database.rows(f"update data.{table} set created_at = created_at")
    kinds = {kind for (kind,) in database.rows(KINDS)}
    assert kinds >= {
        *("booking CONFIRMED", "booking COMPLETED", "booking NO_SHOW", "booking CANCELLED"),
        *("booking FAILED", "payment SUCCEEDED", "payment FAILED", "terms PREPAID"),
        *("terms AT_VISIT", "payment status NONE", "payment status DUE"),
        *("payment status SUCCEEDED", "payment status REFUND_DUE", "payment status REFUNDED"),
        *("refund DUE", "refund SENT", "refund DONE", "refund FAILED"),
        *("waitlist WAITING", "waitlist BOOKED", "waitlist ENDED", "time off"),
        *("a guest's", "a patient's", "made by staff", "of several seats"),
        *("in Europe/Berlin", "in Asia/Kolkata", "in America/New_York", "in Australia/Sydney"),
    }
    # Hours have made these slots: they make no other ones.
    slots = "select count(*) from data.slot as s where s.deleted_at is null"
    before = database.value(slots)
    assert wrong_states(database, settled=True) == {}
    assert database.value(slots) == before


def test_it_has_no_history_but_what_comes_after_has(database: Database) -> None:
    grow(database, 60)
    assert database.value("select count(*) from data.change") == 0
    assert database.rows(RESTING) == []
    # One without bookings, which would change with it.
    database.rows(
        "update data.slot set capacity = capacity + 1 where id = (select min(s.id) from data.slot"
        " as s where not exists (select from data.booking as b where b.slot_id = s.id))"
    )
    assert database.value("select count(*) from data.change") == 1


def test_it_grows_to_what_is_wanted_and_no_further(database: Database) -> None:
    grow(database, 60)
    before = database.rows("select b.id, b.patient_email, b.amount from data.booking as b")
    assert len(before) == 60
    assert grow(database, 60) == []
    grow(database, 100)
    after = database.rows("select b.id, b.patient_email, b.amount from data.booking as b")
    assert len(after) == 100
    assert set(after) > set(before)
    assert wrong_states(database) == {}


def test_on_one_day_it_comes_out_the_same(
    database: Database, cluster: Cluster, template: str
) -> None:
    other = databases.create(cluster, template)
    other.rows("select tests.account()")  # so that ids differ
    for each in (database, other):
        grow(each, 200)
    contents = [each.rows(CONTENT) for each in (database, other)]
    databases.drop(other)
    assert contents[0] == contents[1]


def test_it_and_the_due_work_of_a_running_server_do_not_wait_for_each_other(
    database: Database,
) -> None:
    with database.connect() as due_work:
        due_work.autocommit = False
        due_work.execute("select from data.slot for no key update")
        due_work.execute("update data.payment set settled_at = null where false")
        grow(database, 60)
        due_work.execute("update data.booking set status = 'FAILED' where false")
        due_work.commit()
    assert database.value("select count(*) from data.booking") == 60


def test_what_was_broken_off_goes_on_where_it_was(database: Database) -> None:
    clinic = "insert into data.account (email, name, role, clinic_id) values (%s, 'A', 'clerk', 1)"
    # The pool last: what ends it ends the wait of the clinic first.
    with ThreadPoolExecutor(1) as pool, database.connect() as other:
        other.autocommit = False
        other.execute(clinic, ["desk1.2@demo.example"])
        growing = pool.submit(grow, database, BOOKINGS)
        waits = f"select count(*) {WAITING}"
        eventually(lambda: database.value(waits), timeout=30, what="the second clinic waits")
        others = "the others are made"
        eventually(lambda: database.value(CLINICS) == 5, timeout=30, what=others)
        database.rows(f"select pg_terminate_backend(a.pid) {WAITING}")
        with pytest.raises(psycopg.OperationalError):
            growing.result()
        other.rollback()
    assert 0 < int(database.value("select count(*) from data.booking")) < BOOKINGS
    grow(database, BOOKINGS)
    assert database.value("select count(*) from data.booking") == BOOKINGS
    assert database.value(CLINICS) == 6
    assert wrong_states(database) == {}


def test_it_goes_into_no_database_with_other_bookings(database: Database) -> None:
    database.rows("select tests.booking(tests.slot(tests.doctor()))")
    with pytest.raises(OperatorError, match="this one has 1 other bookings"):
        grow(database, 100)
    assert database.value("select count(*) from data.booking") == 1
