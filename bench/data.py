"""What is measured on: fresh slots, a doctor's full day, and bookings by the million."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

# What rounds of one measurement book, at the most.
FRESH_PER_ROUND = 110_000
# A day has so many slots that are full, and what looks for a free seat meets them first.
FULL = 2_000
# Slots of a doctor who has no free one; a page looks at a thousand.
BOOKED_OUT = 1_100
# Bookings of one patient's account.
MINE = 60

# Doctors of a specialization, the same ones each time, with the same slots, one after the other.
_FIRST = """
create function pg_temp.add_slots(
    title text, doctors integer, slots integer, start timestamptz, length interval, capacity integer
) returns setof data.slot
language sql
as $$
with known as (
    select d.id from data.doctor as d where d.specialization = title
),
added as (
    insert into data.doctor (clinic_id, name, specialization, consultation_fee, listed_at)
    select core.default_clinic(), title || ' ' || n, title, 50, clock_timestamp()
    from generate_series(1, doctors) as n
    where not exists (select from known)
    returning id
),
d as (
    select k.id from known as k union all select a.id from added as a
)
insert into data.slot (doctor_id, start_time, end_time, capacity)
select d.id, start + n * length, start + (n + 1) * length, capacity
from d cross join generate_series(0, slots - 1) as n
order by d.id, n
returning *;
$$;
create function pg_temp.day(number integer) returns timestamptz
language sql
as $$select date_trunc('day', now()) + number * interval '1 day'$$;

update data.setting set simulated_payments = true;
-- What was booked in one measurement must not be tidied up in another one.
update data.clinic set hold_seconds = 86400;
create sequence public.fresh_slot;
create sequence public.step_slot;
grant usage on schema public to slotkeeper_anon;
grant usage on sequence public.fresh_slot, public.step_slot to slotkeeper_anon;
select setval('public.fresh_slot', min(s.id))
from pg_temp.add_slots('Fresh', 100, {fresh} / 100, pg_temp.day(900), '10 minutes', 1) as s;
select setval('public.step_slot', min(s.id))
from pg_temp.add_slots('Step', 1, 100000, pg_temp.day(900), '10 minutes', 1) as s;
"""

# What a clinic's day brought. What is booked is far ahead, and a policy that needs a look gets it.
_SINCE_POLICIES = """
update data.clinic set booking_horizon_days = 3650, overlap_allowed = false;
insert into data.account (name, email, role, clinic_id)
select
    r.role, r.role || '@example.com', r.role::data.account_role,
    case r.role when 'clerk' then core.default_clinic() end
from unnest('{patient,doctor,clerk,admin}'::text[]) as r (role);
"""

_DAY = """
select min(s.doctor_id), pg_temp.day(1)::date::text
from pg_temp.add_slots('Day', 1, 48, pg_temp.day(1), '30 minutes', 1) as s
"""

# A tenth of the bookings, all paid, fill slots to come, day after day; the others were of slots of
# fifty seats. Few of them failed, and nobody was checked in. The first ones fill more slots of one
# doctor than a page looks at, too. Foreign keys and triggers rest meanwhile: the rows are right by
# construction.
_BOOKINGS = """
set local session_replication_role = replica;
with seat as (
    select s.*, 'CONFIRMED' as status, 1 as number
    from pg_temp.add_slots(
        'Busy', 100, {full} / 100, pg_temp.day({first_day}), interval '1 day' * 100 / {day}, 1
    ) as s
    union all
    select s.*, 'CONFIRMED', 1
    from pg_temp.add_slots('Full', 1, {booked_out}, pg_temp.day(1), '10 minutes', 1) as s
    union all
    select
        s.*,
        case
            when (s.id + n) % 50 = 0 then 'FAILED' when n % 10 = 0 then 'CANCELLED'
            else 'COMPLETED'
        end,
        n
    from pg_temp.add_slots(
        'Past', 100, {past} / 5000, pg_temp.day(-900) + {past_slots} * interval '2 hours',
        '2 hours', 50
    ) as s
    cross join generate_series(1, 50) as n
),
made as (
    insert into data.booking (
        slot_id, doctor_id, slot_capacity, account_id, patient_name, patient_email, seats, status,
        amount, currency, manage_token_hash, created_at, expires_at, confirmed_at, checked_in_at,
        completed_at, cancelled_at
    )
    select
        s.id, s.doctor_id, s.capacity, a.id, 'Patient',
        'patient' || s.id % 100000 || '@example.com',
        int4multirange(int4range(s.number, s.number + 1)), s.status::data.booking_status, 50, 'USD',
        case when a.id is null then sha256(int8send(s.id) || int4send(s.number)) end,
        now() - interval '1 hour', now(), now(),
        case s.status when 'COMPLETED' then s.start_time end,
        case s.status when 'COMPLETED' then s.end_time end,
        case s.status when 'CANCELLED' then now() end
    from (select s.*, row_number() over () as place from seat as s) as s
    left join data.account as a on a.email = 'patient@example.com' and s.place <= {mine}
    returning id, status, amount, currency
)
insert into data.payment (
    booking_id, amount, currency, status, provider, created_at, settled_at, captured_amount,
    captured_currency
)
select m.id, m.amount, m.currency, 'SUCCEEDED', 'simulated', now(), now(), m.amount, m.currency
from made as m where m.status = 'CONFIRMED';
"""


# What announces and chains changes; reports are counted a minute later, whatever happens.
_UNREAD = """
    select count(*)
    from data.event_reader as r
    where r.name in ('messages', 'chain') and exists (
        select from data.change as c where (c.xid, c.id) > (r.last_xid, r.last_id)
    )
"""


class Data:
    """The database that is measured, as its administrator.

    `doctor` and `day` name a day of 48 free slots, tomorrow; `next_slot` is the first slot that
    nobody has booked yet. Without `policies` it is one from before clinics had any.
    """

    def __init__(self, url: str, fresh: int, *, policies: bool = True) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self._load(_FIRST.format(fresh=fresh))
        if policies:
            self._load(_SINCE_POLICIES)
        row = self.connection.execute(_DAY).fetchone()
        assert row is not None
        self.doctor: int = row[0]
        self.day: str = row[1]
        self._has_history = self.number("select count(to_regclass('data.event_reader'))") == 1
        self._bookings = 0
        self._full_days = 0
        self._past_slots = 0

    @property
    def next_slot(self) -> int:
        """The first slot that is fresh."""
        return self.number("select last_value + 1 from public.fresh_slot")

    def skip_slots(self, count: int) -> None:
        """Say that `count` fresh slots are fresh no more."""
        self.connection.execute(
            "select setval('public.fresh_slot', last_value + %s) from public.fresh_slot", [count]
        )

    def add_slot_for_a_crowd(self) -> int:
        """A slot of one seat for many to fight over; its id."""
        return self.number(
            "select id from pg_temp.add_slots('Crowd', 1, 1, pg_temp.day(9), '1 hour', 1)"
        )

    def rest(self) -> None:
        """Wait until the due work has caught up with all that has happened."""
        if self._has_history:
            while self.number(_UNREAD):
                time.sleep(0.1)

    @contextmanager
    def without_reports(self) -> Iterator[None]:
        """Have the reports not counted meanwhile."""
        if not self._has_history:
            yield
            return
        self.connection.execute("update data.report_state set begun_at = 'infinity'")
        yield
        self.connection.execute("update data.report_state set begun_at = now()")

    def guest_booking(self) -> tuple[int, str]:
        """A booking and the token that its guest has."""
        with self.connection.transaction():
            self.connection.execute("set local role slotkeeper_anon")
            row = self.connection.execute(
                "select id, manage_token from api.book_slot(nextval('public.fresh_slot'), "
                "'Ann Lee', 'ann@example.com')"
            ).fetchone()
        assert row is not None
        return row[0], row[1]

    def booked_seats(self, slot: int) -> int:
        """How many seats of a slot are sold."""
        return self.number("select capacity - seats_available from api.slot where id = %s", slot)

    def grow_to(self, bookings: int) -> None:
        """Add bookings until so many were added; leave no work that would run into a measurement.

        Each time the slots of the same doctors begin behind those that are there, so that a day has
        the same number of full ones.
        """
        count = bookings - self._bookings
        full = max(count // 10, FULL)
        self._load(
            _BOOKINGS.format(
                full=full,
                past=count - full,
                day=FULL,
                first_day=1 + self._full_days,
                past_slots=self._past_slots,
                mine=0 if self._bookings else MINE,
                booked_out=0 if self._bookings else BOOKED_OUT,
            )
        )
        self._bookings = bookings
        self._full_days += full // FULL
        self._past_slots += (count - full) // 5000
        self.analyze()
        self.connection.execute("checkpoint")

    def analyze(self) -> None:
        """Let plans be made for what is there now, not for the empty tables of a first deploy."""
        self.connection.execute("vacuum analyze")

    def number(self, query: str, *arguments: object) -> int:
        """The one number that a query gives."""
        row = self.connection.execute(sql.SQL(query), arguments).fetchone()
        assert row is not None
        return int(row[0])

    def _load(self, script: str) -> None:
        with self.connection.transaction():
            self.connection.execute(sql.SQL(script))
