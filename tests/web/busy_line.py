"""A line in the middle of a working week, so that no page stands empty. The pages' own forms wrote it; all names are invented."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy
import soundfile
from aiohttp import FormData
from aiohttp.test_utils import TestClient

from ari_app.desk.outbox import Outbox
from ari_app.desk.report import LegReport
from ari_app.desk.telling import SUPERVISOR, tell_once
from ari_app.jobs.watch import deliver, telling_people
from ari_app.notify.message import DeliveryFailed
from ari_app.speech.prompts import PROMPT_TEXTS, read_prompts
from ari_app.store.database import Store
from ari_app.store.tables import CallLegRow, CallRow, SlaClockRow, TicketRow, TicketSource
from ari_app.web.accounts import Accounts
from sla.terms import Category, ClockKind, Kind
from sla.ticket import TicketState
from tests.web.conftest import RATE, Caller

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OWN = {"Sec-Fetch-Site": "same-origin"}
ALL_DOWN = "goedemorgen met transport bij ons ligt de hele telefonie plat niemand kan meer bellen of gebeld worden"
ONE_PHONE = "goedemorgen alleen mijn toestel doet het niet de rest werkt gewoon door"
NUMBER_MOVE = "kunnen jullie voor maandag een nieuw doorkiesnummer instellen voor onze collega in het magazijn"
WHY = {"why": "Zo besproken met de planning."}


@dataclass(frozen=True)
class Busy:
    """Addresses of what is there. `heard`: proposed CAT III and not confirmed; `worked_on`: with a plan, hours and a file."""

    heard: str
    worked_on: str
    missed: str
    attachment: str
    duty: str
    calendar: str


async def months_of_work(store: Store, now: datetime) -> None:
    """Sixty tickets in each of two months: Standard late now and then, each with a proposal and an accepted call."""
    async with store.session() as session:
        for number in range(120):
            at = now - timedelta(days=20 if number % 2 else 1)
            level, is_late = ("premium", "standard")[number % 4 // 2], number % 8 == 2
            ticket = TicketRow(kind=Kind.INCIDENT, source=TicketSource.PHONE, level=level, agreement_version="v", reported_at=at,
                               category=Category.III if number % 12 == 0 else Category.I, proposal="cat1", customer_id=1,
                               state=TicketState.CLOSED)  # fmt: skip
            session.add(ticket)
            await session.flush()
            session.add(SlaClockRow(ticket_id=ticket.id, clock=ClockKind.FIRST_RESPONSE, state="met", target_seconds=7200,
                                    elapsed_seconds=60, rule="R-013", stopped_at=at, breached_at=at if is_late else None))  # fmt: skip
            call = CallRow(call_id=f"c-{number}", ticket_id=ticket.id, line="s", route="on_duty", ended_by="caller",
                           origin="live", received_at=at, talk_started_at=at + timedelta(seconds=number % 40))  # fmt: skip
            session.add(call)
            await session.flush()
            session.add(CallLegRow(call_row_id=call.id, who="Fenna Fictief", number="+31612345001", rang_at=at,
                                   result="accepted", engineer_id=1))  # fmt: skip


async def busy_week(caller: Caller, accounts: Accounts, visitor: TestClient[Any, Any]) -> Busy:
    """`visitor` is a supervisor, logged in. Ends at the moment at which the clock of `caller` stands."""
    now = caller.clock.now()
    await months_of_work(caller.store, now)
    await accounts.link("ilse", "Fenna Fictief")
    for name, role in (("bas", "engineer"), ("kees", "auditor"), ("mira", "manager"), ("noor", "administrator")):
        await accounts.create(name, role)
    await accounts.register.disable("mira")
    heard, worked_on, missed = await _calls(caller)
    await _works(visitor, worked_on)
    await _sets_up(visitor, caller)
    await _tells(caller)
    await caller.desk.look_again(100)
    page = await _press(visitor, f"/tickets/{worked_on}/attachments", _file("storing.pdf", b"%PDF-1.7\n%storing"))
    (attachment,) = re.findall(rf"/tickets/{worked_on}/attachments/(\d+)", page)
    links = {}
    for purpose in ("calendar", "duty"):
        page = await _press(visitor, "/rota/link", {"purpose": purpose, "engineer": "Fenna Fictief"})
        (links[purpose],) = re.findall(r"<code>http://[^/]+/(?:rota|duty)/([^<.]+)(?:\.ics)?</code>", page)
    return Busy(heard, worked_on, missed, attachment, links["duty"], links["calendar"])


async def _calls(caller: Caller) -> tuple[str, str, str]:
    """From Saturday on: an accepted calamity, a late and a nearly late message, and this morning's."""
    now = caller.clock.now()
    _move(caller, "2026-11-07T09:10")
    talked = await caller.hangs_up("+31201234567", **_talk(caller))
    _move(caller, "2026-11-09T10:42")
    late = await caller.leaves_message("+31850004130", seconds=9)
    await caller.was_heard(late, ALL_DOWN)
    _move(caller, "2026-11-10T09:00")
    soon = await caller.leaves_message("+31850004150", seconds=11)
    await caller.was_heard(soon, ALL_DOWN)
    _move(caller, "2026-11-10T10:05")
    heard, one_phone, request = [
        await caller.leaves_message(number) for number in ("+31850004120", "+31850004130", None)
    ]
    await caller.was_heard(heard, f"{ALL_DOWN} alleen mijn toestel doet het nog")
    await caller.was_heard(one_phone, ONE_PHONE)
    await caller.was_heard(request, NUMBER_MOVE)
    silent = await caller.leaves_message("+31850004140", seconds=4)
    await caller.was_heard(silent, "", seconds=4.0)
    caller.clock.move(now - caller.clock.now())
    await caller.leaves_message("+31850004150")
    missed = await caller.hangs_up("+31612345678")
    return heard, talked, missed


def _talk(caller: Caller) -> dict[str, Any]:
    now = caller.clock.now()
    return {
        "route": "on_duty",
        "why": ["Zaterdag 09:10 valt in de calamiteitenuren."],
        "talked_with": "Bram Bedacht",
        "talk_started_at": now + timedelta(seconds=52),
        "ended_at": now + timedelta(minutes=7),
        "talk_ended_at": now + timedelta(minutes=7),
        "legs": [
            LegReport("Fenna Fictief", "+31612345001", now, "no_answer", now + timedelta(seconds=20)),
            LegReport("Bram Bedacht", "+31612345002", now + timedelta(seconds=21), "accepted", engineer_id=2),
        ],
    }


async def _works(visitor: TestClient[Any, Any], number: str) -> None:
    hours = {"engineer_id": "1", "activity": "remote_support"}
    for command, typed in (
        ("begin-work", {}),
        ("confirm-category", {"category": "II", **WHY}),
        ("record-plan", {"plan": "De router vervangen, vandaag.", "told_to": "Planning"}),
        ("book-time", {**hours, "began_at": "2026-11-10T10:00", "ended_at": "2026-11-10T10:20"}),
        ("note", {"text": "De klant zet de reserverouter klaar."}),
        ("excuse", {"reason": "force_majeure", "evidence": "KNMI code rood", **WHY}),
    ):
        await _press(visitor, f"/tickets/{number}/do/{command}", typed)


async def _sets_up(visitor: TestClient[Any, Any], caller: Caller) -> None:
    """Announcements, maintenance, holidays, rota, a customer with everything, sounds of the prompts."""
    maintenance = {"contact": "Bram Bedacht, 085 000 40 00", "from": "2026-11-14T22:00", "until": "2026-11-15T00:00",
                   "minutes": "45", "services": "Hosted telefonie\nVoicemail", "reason": "nieuwe software"}  # fmt: skip
    override = {"engineer": "Sanne Schijn", "position": "1", "from": "2026-11-12T07:30", "until": "2026-11-12T08:30",
                "why": "Fenna is naar de tandarts"}  # fmt: skip
    swap = {"giver": "Fenna Fictief", "taker": "Bram Bedacht", "position": "1", "from": "2026-11-13T07:30",
            "until": "2026-11-13T08:30"}  # fmt: skip
    for path, form in (
        ("/announcements", {"text": "Er is een storing bij de netwerkleverancier in Utrecht.", "customer": "2"}),
        ("/maintenance", maintenance),
        ("/days/approve", {"day": "2026-12-25"}),
        ("/days/override", {"day": "2026-12-24", "of": "phone", "windows": "08:30-12:00", "reason": "Kerstavond"}),
        ("/rota/override", override),
        ("/rota/swap", swap),
        ("/customers/1/services", {"name": "Glasvezel", "supplier": "Kabel Verzonnen"}),
        ("/customers/1/exclusions", {"why": "Belt elke zondag voor niets", "until": "2026-12-31"}),
        ("/customers/1/pin", {"required": "on"}),
        ("/notifications/mine", {"mail": "ilse@lijn.example", "line-0": "mail", "promise-0": "mail"}),
    ):
        await _press(visitor, path, form)
    _write_sounds(caller)


async def _tells(caller: Caller) -> None:
    """One thing that could not be told."""
    now, notifications = caller.clock.now(), caller.desk.notifications
    async with caller.store.session() as session:
        await tell_once(session, "self_call_failed:1", "self_call_failed", SUPERVISOR,
                        "De lijn belde zichzelf en dat ging mis.", now)  # fmt: skip
    await deliver(Outbox(caller.store, caller.clock), telling_people(notifications))
    for telling in await notifications.tellings.claim(5):
        await notifications.tellings.failed(telling, DeliveryFailed("De mailserver weigerde het.", permanent=True))


def _write_sounds(caller: Caller) -> None:
    """A tone for each prompt, but one: that one is shown as missing."""
    for language in read_prompts(PROMPT_TEXTS).languages:
        folder = caller.line.sounds / language.code
        folder.mkdir(parents=True, exist_ok=True)
        for name in sorted(language.texts)[1:]:
            soundfile.write(folder / f"{name}.wav", numpy.zeros(RATE // 4, "int16"), RATE)


def _move(caller: Caller, local: str) -> None:
    caller.clock.move(datetime.fromisoformat(local).replace(tzinfo=AMSTERDAM) - caller.clock.now())


def _file(name: str, content: bytes) -> FormData:
    form = FormData()
    form.add_field("file", content, filename=name, content_type="application/octet-stream")
    return form


async def _press(visitor: TestClient[Any, Any], path: str, form: Any) -> str:
    answer = await visitor.post(path, data=form, headers=OWN)
    page = await answer.text()
    assert answer.status == 200, (path, answer.status, re.findall(r'role="alert">(.*?)</div>', page, re.DOTALL))
    return page
