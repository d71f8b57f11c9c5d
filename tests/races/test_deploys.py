"""Deploys while clients call: no request fails, and every answer is of one edition or the other."""

import asyncio
import shutil
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from slotkeeper.deploy import deploy

from ..support.booking_office import Desk, Office, booked
from ..support.databases import DB, ROLE_SECRET, Database
from ..support.http import Answer, AsyncClient
from ..support.invariants import wrong_states
from ..support.server import Server, running
from ..support.wait import eventually

CLIENTS = 32
DEPLOYS = 6
DOCTORS = 3

SLOT = Path("views/api/slot.sql")
BOOKING = Path("views/api/booking.sql")
GET_SLOT = Path("functions/api/slots/get_slot.sql")
BOOK_SLOT = Path("functions/api/bookings/book_slot.sql")
LIST_DOCTORS = Path("functions/api/doctors/list_doctors.sql")
LIST_SLOTS = Path("functions/api/slots/list_slots.sql")
CARD = Path("functions/api/slots/show_card.sql")

# The new edition: (file, old text, new text). A column comes at the start of one view and goes from
# the end of another; functions get an argument, lose one, change a default, and what they say.
CHANGES = [
    (SLOT, "select\n    s.id,", "select\n    2 as edition, s.id,"),
    (
        SLOT,
        "comment on column api.slot.id",
        "comment on column api.slot.edition is '! Edition.';\ncomment on column api.slot.id",
    ),
    (
        GET_SLOT,
        "    return v_slot;",
        "    v_slot.specialization := 'edition 2';\n    return v_slot;",
    ),
    (GET_SLOT, "get_slot(slot_id bigint)", "get_slot(slot_id bigint, language text default 'en')"),
    (LIST_SLOTS, "    seats data.seat_count default null,\n", ""),
    (
        LIST_SLOTS,
        "            and (list_slots.seats is null or s.seats_available >= list_slots.seats)\n",
        "",
    ),
    (LIST_DOCTORS, '"limit" data.page_size default 50', '"limit" data.page_size default 1'),
    (
        LIST_DOCTORS,
        "    limit list_doctors.limit;",
        "    limit case list_doctors.limit when 1 then 2 else 0 end;",
    ),
    (BOOK_SLOT, "book_slot.reason, v_picked", "coalesce(book_slot.reason, 'edition 2'), v_picked"),
    (
        BOOK_SLOT,
        "idempotency_key uuid default null",
        "idempotency_key uuid default null,\n    language text default 'en'",
    ),
    (
        BOOKING,
        "b.cancellation_reason\nfrom",
        "b.cancellation_reason, 2 as edition\nfrom",
    ),
    (
        BOOKING,
        "comment on column api.booking.id",
        "comment on column api.booking.edition is '! Edition.';\ncomment on column api.booking.id",
    ),
    (
        BOOK_SLOT,
        "b.cancellation_reason, v_token",
        "b.cancellation_reason, 2, v_token",
    ),
]
NEW_ROUTE = """
create or replace function api.show_card(slot_id bigint) returns text
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return (select s.doctor_name from api.slot as s where s.id = show_card.slot_id);
end;
$$;

comment on function api.show_card is
'GET /api/slots/{slot_id}/card

Whose slot it is.';

grant execute on function api.show_card to slotkeeper_anon;
"""


class Editions:
    """A copy of `db/` that changes from the old edition to the new one and back."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder
        shutil.copytree(DB, folder, ignore=shutil.ignore_patterns("tests", "demo"))
        self._old = {path: (folder / path).read_text() for path, _, _ in CHANGES}
        self._new = dict(self._old)
        for path, old, new in CHANGES:
            assert self._new[path].count(old) == 1, (path, old)
            self._new[path] = self._new[path].replace(old, new)

    def deploy(self, edition: int) -> None:
        """Deploy an edition, 1 or 2."""
        for path, text in (self._old if edition == 1 else self._new).items():
            (self._folder / path).write_text(text)
        if edition == 1:
            (self._folder / CARD).unlink(missing_ok=True)
        else:
            (self._folder / CARD).write_text(NEW_ROUTE)
        deploy(self._database.admin_url, self._folder, ROLE_SECRET, lambda _: None)


@dataclass
class Seen:
    """What clients saw: how often each request gave each edition, and what was neither."""

    editions: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def note(self, what: str, answer: Answer, edition: int | None) -> None:
        """Note one answer; `edition` is None where it is a mixture, or none at all."""
        if edition is None:
            self.faults.append(f"{what}: {answer.status} {answer.body}")
        else:
            self.editions[what, edition] += 1


def of_booking(answer: Answer) -> int | None:
    """Tell the edition of a new booking: its shape, and the reason that the function made up."""
    if answer.status != 201:
        return None
    said = (answer.body.get("edition"), answer.body["reason"])
    return {(None, None): 1, (2, "edition 2"): 2}.get(said)


def of_slot(answer: Answer) -> int | None:
    """Tell the edition of a slot: its shape, and what the function says in it."""
    if answer.status != 200:
        return None
    said = (answer.body.get("edition"), answer.body["specialization"])
    return {(None, "Cardiology"): 1, (2, "edition 2"): 2}.get(said)


def of_list(answer: Answer) -> int | None:
    """Tell the edition of a list of slots: all rows are of one."""
    if answer.status != 200 or not answer.body:
        return None
    editions = {slot.get("edition", 1) for slot in answer.body}
    return editions.pop() if len(editions) == 1 else None


def of_default(answer: Answer) -> int | None:
    """Tell the edition by how many of the doctors are listed.

    The old function with the new default shows one, the new function with the old default none.
    """
    return {DOCTORS: 1, 2: 2}.get(len(answer.body)) if answer.status == 200 else None


def by_outcome(answer: Answer, old: str, new: str) -> int | None:
    """Tell the edition by which of two outcomes it was: a status and, for a problem, its code."""
    said = f"{answer.status} {answer.code or ''}".strip()
    return {old: 1, new: 2}.get(said)


async def call(client: AsyncClient, seen: Seen, slot: int, turn: int) -> None:
    """Send the next of the requests."""
    desk = Desk(client)
    unknown = "400 unknown_parameter"
    match turn % 7:
        case 0:
            answer = await desk.book(slot)
            seen.note("book", answer, of_booking(answer))
            if answer.status == 201:
                shown = await desk.show(booked(answer))
                # It may be of a later edition than the booking, but not of both.
                edition = shown.body.get("edition", 1) if shown.status == 200 else None
                seen.note("show booking", shown, edition)
        case 1:
            answer = await desk.show_slot(slot)
            seen.note("show slot", answer, of_slot(answer))
        case 2:
            answer = await client.request("GET", "/api/slots?limit=20")
            seen.note("list slots", answer, of_list(answer))
        case 3:
            answer = await client.request("GET", f"/api/slots/{slot}?language=fr")
            seen.note("argument added", answer, by_outcome(answer, unknown, "200"))
        case 4:
            answer = await client.request("GET", "/api/doctors")
            seen.note("default changed", answer, of_default(answer))
        case 5:
            answer = await client.request("GET", "/api/slots?seats=1&limit=1")
            seen.note("argument removed", answer, by_outcome(answer, "200", unknown))
        case _:
            answer = await client.request("GET", f"/api/slots/{slot}/card")
            seen.note("route added", answer, by_outcome(answer, "404 route_not_found", "200"))


async def call_until_stopped(office: Office, seen: Seen, slots: list[int]) -> None:
    """Let all clients send one request after the other."""

    async def one(client: AsyncClient, number: int) -> None:
        turn = number
        while not seen.stop.is_set():
            await call(client, seen, slots[number], turn)
            turn += 1

    async with office.server.clients(CLIENTS) as client:
        await asyncio.gather(*(one(client, number) for number in range(CLIENTS)))


def test_deploys_under_load_fail_no_request_and_show_no_half(
    database: Database, tmp_path: Path
) -> None:
    editions = Editions(database, tmp_path / "db")
    editions.deploy(1)
    with running(Server(database, workers=2)) as server:
        office = Office(server)
        pid = server.pid
        slots = office.slot(capacity=1000, fee=0, count=CLIENTS)
        for _ in range(DOCTORS - 1):
            database.rows("select tests.doctor()")
        seen = Seen()
        with ThreadPoolExecutor(1) as thread:
            calling = thread.submit(asyncio.run, call_until_stopped(office, seen, slots))
            try:
                for number in range(DEPLOYS):
                    edition = 2 - number % 2
                    before = Counter(seen.editions)
                    editions.deploy(edition)
                    # All processes serve the new edition, soon and without a restart.
                    eventually(
                        lambda edition=edition, before=before: (
                            all(  # type: ignore[misc]
                                seen.editions[what, edition] > before[what, edition]
                                for what in ("book", "show slot", "default changed", "route added")
                            )
                            or calling.done()
                        ),
                        timeout=30,
                        what=f"answers of edition {edition}",
                    )
            finally:
                seen.stop.set()
                calling.result(timeout=60)
        for _ in range(20):
            assert of_slot(server.request("GET", f"/api/slots/{slots[0]}")) == 1
        assert server.pid == pid
        assert " 500 " not in server.log
    assert seen.faults == []
    whats = {what for what, _ in seen.editions}
    assert {(what, edition) for what in whats for edition in (1, 2)} == set(seen.editions)
    assert len(whats) == 8
    assert wrong_states(database) == {}
