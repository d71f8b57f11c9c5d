"""Many clients that do whatever they like, and remember what they were told."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

from ..support.booking_office import Desk, Office
from ..support.http import AsyncClient
from ..support.provider import Provider
from .storm_client import WEIGHTS, Client, Connection, Memory, World

CLIENTS = 32
OPERATIONS = 130  # of each client

# What the storm's clinics agree on; one is paid before the visit, one at it.
POLICIES = [
    "hold_seconds = 1, unpaid_limit = 4",
    "payment_terms = 'AT_VISIT', overlap_allowed = false",
]


class Storm:
    """Clients over a few slots of a few doctors, whose holds last a second, or even less.

    The doctors of both clinics see patients from now on; for their clocks a day has just begun.
    """

    def __init__(self, office: Office, doctors: int, slots: int) -> None:
        self._office = office
        server, database = office.server, office.database
        clinics = [
            database.value("select tests.clinic(time_zone => %s)", [zone_where_it_is(1)])
            for _ in POLICIES
        ]
        for clinic, policies in zip(clinics, POLICIES, strict=True):
            database.rows(
                f"update data.clinic set {policies}, waitlist_offer_seconds = 1, horizon_days = 2"
                " where id = %s",
                [clinic],
            )
        # The doctors' own accounts; those of doctors that the storm hires have none.
        staff: dict[int, str] = {}
        clinic_of: dict[int, int] = {}
        places: list[int] = []
        start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        for number in range(doctors):
            account, token = server.account("doctor")
            clinic = clinics[number % len(clinics)]
            doctor = database.value(
                "select tests.doctor(fee => %s, account => %s, clinic => %s)",
                [0 if number == doctors - 1 else 50, account, clinic],
            )
            staff[doctor], clinic_of[doctor] = token, clinic
            places += [
                database.value(
                    "select tests.slot(%s, %s, capacity => %s)",
                    [doctor, start + timedelta(minutes=30 * place), 1 + (number + place) % 4],
                )
                for place in range(slots)
            ]
        admin = server.account("admin")[1]
        made = server.request("POST", "/api/payment-providers", json={"name": "acme"}, token=admin)
        self.world = World(
            admin=admin,
            provider=Provider(server, "acme", made.body["secret"]),
            patients=[server.account("patient")[1] for _ in range(CLIENTS)],
            clerks={clinic: server.clerk(clinic) for clinic in clinics},
            clinic_of=clinic_of,
            staff=staff,
            doctors=list(staff),
            slots=places,
            doctor_of=dict(database.rows("select s.id, s.doctor_id from data.slot as s")),
            opening=start + timedelta(hours=6),
        )

    def run(self) -> Memory:
        """Let it rage; due work is done beside it all the time, as its own role does it."""
        asyncio.run(self._run())
        return self.world.memory

    async def _run(self) -> None:
        over = asyncio.Event()
        async with (
            self._office.server.clients(CLIENTS) as client,
            await self._office.database.connect_async() as clock,
        ):
            tidying = asyncio.create_task(self._do_due_work(over))
            try:
                await asyncio.gather(
                    *(self._client(client, clock, number) for number in range(CLIENTS))
                )
            finally:
                over.set()
                await tidying

    async def _do_due_work(self, over: asyncio.Event) -> None:
        async with await self._office.database.login_async("slotkeeper_server") as connection:
            while not over.is_set():
                await connection.execute("call core.run_due_work()")

    async def _client(self, client: AsyncClient, clock: Connection, number: int) -> None:
        dice = random.Random(number)  # noqa: S311 - reproducible
        one = Client(self.world, Desk(client), clock, self.world.patients[number], dice)
        for operation in dice.choices(list(WEIGHTS), list(WEIGHTS.values()), k=OPERATIONS):
            await one.do(operation)


def zone_where_it_is(hour: int) -> str:
    """Return a zone in which that hour of the day has begun."""
    behind = datetime.now(UTC).hour - hour
    behind = behind if behind <= 12 else behind - 24
    # Signs are the other way round in these names.
    return f"Etc/GMT{behind:+}" if behind else "UTC"
