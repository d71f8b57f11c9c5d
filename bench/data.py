"""What is measured on: a doctor's full day, fresh slots, a million bookings."""

from __future__ import annotations

import psycopg
from psycopg import sql

SLOTS = 400_000
MILLION = 1_000_000

_DEFINITIONS = """
select
    format('%%I.%%I', n.nspname, c.relname), quote_ident(o.conname), pg_get_constraintdef(o.oid)
from pg_constraint as o
join pg_class as c on c.oid = o.conrelid
join pg_namespace as n on n.oid = c.relnamespace
where o.conname = any (%s)
"""

_SLOTS = """
with d as (
    insert into data.doctor (clinic_id, name, specialization, consultation_fee, listed_at)
    select core.default_clinic(), 'Dr. ' || n, 'Cardiology', 50, clock_timestamp()
    from generate_series(1, 100) as n
    returning id
)
insert into data.slot (doctor_id, start_time, end_time)
select
    d.id, date_trunc('day', now()) + interval '30 days' + n * interval '10 minutes',
    date_trunc('day', now()) + interval '30 days' + (n + 1) * interval '10 minutes'
from d, generate_series(1, {slots} / 100) as n;
create sequence public.fresh_slot;
grant usage on schema public to slotkeeper_anon;
grant usage on sequence public.fresh_slot to slotkeeper_anon;
select setval('public.fresh_slot', min(s.id)) from data.slot as s;
"""

# One doctor whose every half hour of tomorrow is a slot: what a patient looks at.
_DAY = """
with d as (
    insert into data.doctor (clinic_id, name, specialization, consultation_fee, listed_at)
    values (core.default_clinic(), 'Dr. Day', 'Cardiology', 50, clock_timestamp())
    returning id
)
insert into data.slot (doctor_id, start_time, end_time)
select
    d.id, date_trunc('day', now()) + n * interval '30 minutes' + interval '1 day',
    date_trunc('day', now()) + (n + 1) * interval '30 minutes' + interval '1 day'
from d, generate_series(0, 47) as n
returning doctor_id, (date_trunc('day', now()) + interval '1 day')::date::text
"""

_CROWDED = """
insert into data.slot (doctor_id, start_time, end_time, capacity)
select d.id, now() + interval '9 days', now() + interval '9 days 1 hour', %s
from data.doctor as d
where d.name = 'Dr. Day'
returning id
"""

# Confirmed bookings of past and coming slots of other doctors, 50 a slot. Foreign keys and triggers
# rest meanwhile: the rows are right by construction.
_MILLION = """
set session_replication_role = replica;
with d as (
    insert into data.doctor (clinic_id, name, specialization, consultation_fee, listed_at)
    select core.default_clinic(), 'Dr. Past ' || n, 'Cardiology', 50, clock_timestamp()
    from generate_series(1, 100) as n
    returning id
),
s as (
    insert into data.slot (doctor_id, start_time, end_time, capacity)
    select
        d.id, now() - interval '30 days' + n * interval '6 hours',
        now() - interval '30 days' + n * interval '6 hours' + interval '1 hour', 50
    from d, generate_series(1, 200) as n
    returning id
)
insert into data.booking (
    slot_id, slot_capacity, patient_name, patient_email, seats, status, amount, currency,
    manage_token_hash, expires_at, confirmed_at
)
select
    s.id, 50, 'Patient ' || n, 'patient' || (s.id + n) % 100000 || '@example.com',
    int4multirange(int4range(n, n + 1)), 'CONFIRMED', 50, 'USD',
    sha256(convert_to(s.id || ' ' || n, 'UTF8')), now() + interval '1 hour', now()
from s, generate_series(1, {bookings} / 20000) as n;
reset session_replication_role;
"""


class Data:
    """The database that is measured, as its administrator.

    `doctor` and `day` name a day of 48 free slots; `next_slot` is the first slot that nobody has
    booked yet.
    """

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._load(_SLOTS.format(slots=SLOTS), "slot_overlaps")
        row = self._connection.execute(_DAY).fetchone()
        assert row is not None
        self.doctor: int = row[0]
        self.day: str = row[1]
        self.settle()

    @property
    def next_slot(self) -> int:
        """The first slot that is fresh."""
        return self._number("select last_value + 1 from public.fresh_slot")

    def skip_slots(self, count: int) -> None:
        """Say that `count` fresh slots are fresh no more."""
        self._connection.execute(
            "select setval('public.fresh_slot', last_value + %s) from public.fresh_slot", [count]
        )

    def add_crowded_slot(self, capacity: int) -> int:
        """A slot for many to fight over; its id."""
        return self._number(_CROWDED, capacity)

    def booked_seats(self, slot: int) -> int:
        """How many seats of a slot are sold."""
        return self._number("select capacity - seats_available from api.slot where id = %s", slot)

    def bookings(self) -> int:
        """How many bookings there are."""
        return self._number("select count(*) from data.booking")

    def load_a_million_bookings(self) -> None:
        """Add a million bookings beside those that the measurements made."""
        self._load(_MILLION.format(bookings=MILLION), "slot_overlaps", "booking_seat_sold_once")
        self.settle()

    def settle(self) -> None:
        """Leave no work behind that would run into what is measured next."""
        self._connection.execute("vacuum analyze")
        self._connection.execute("checkpoint")

    def _load(self, script: str, *constraints: str) -> None:
        """Run a script without some constraints, whose indexes are built afterwards in one go."""
        with self._connection.transaction():
            found = self._connection.execute(_DEFINITIONS, [[*constraints]]).fetchall()
            for table, name, _ in found:
                self._connection.execute(f"alter table {table} drop constraint {name}")
            self._connection.execute(sql.SQL(script))
            for table, name, definition in found:
                self._connection.execute(f"alter table {table} add constraint {name} {definition}")

    def _number(self, query: str, *arguments: int) -> int:
        row = self._connection.execute(sql.SQL(query), arguments).fetchone()
        assert row is not None
        return int(row[0])
