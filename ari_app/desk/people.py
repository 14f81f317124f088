"""What is held on a person: found by number or name, given as one file, or erased but for what still has to be there."""

import asyncio
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.audit import AuditLog
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.holds import Holds, must_administer
from ari_app.desk.numbers import ticket_number
from ari_app.desk.person_reading import (
    Fate,
    Held,
    Match,
    contact_of,
    fate_of,
    find_by_name,
    ids_on_hold,
    match_of,
    owner_of,
    read_held,
    tickets_of,
)
from ari_app.desk.reading import read_ticket
from ari_app.desk.refusal import Refused, needs
from ari_app.desk.retention import Folders, erase_from, still_there
from ari_app.desk.views import to_json
from ari_app.store.acting import Act, current_act, tell
from ari_app.store.attachment_tables import AttachmentRow
from ari_app.store.database import Store
from ari_app.store.in_call_tables import CallSoundRow
from ari_app.store.job_tables import ErasedRow
from ari_app.store.pin_tables import PinTryRow
from ari_app.store.tables import AccessEntryRow, PhoneNumber, TicketRow, VoicemailRow
from ari_app.store.work_tables import DecisionRow
from routing.caller import normal_form

RULE = "R-113"
#: Tickets by number in one entry of the audit trail; each of them says by itself who took it out.
MOST_LISTED = 40
#: What a person corrected of what a caller said about themselves.
_ABOUT_THE_CALLER = ("fact_person", "call_back_number")


@dataclass(frozen=True, slots=True)
class Gone:
    """Tickets that were emptied of the person, those kept because they are not finished, and those on hold."""

    erased: tuple[str, ...]
    kept: tuple[str, ...]
    on_hold: tuple[str, ...]


class People:
    """`number` is E.164 everywhere. All of it is an administrator's, and raises Refused for others. Nothing is shown before
    the audit trail says who looked, and at whom (R-114): by the last four digits, for entries can't be erased."""

    def __init__(self, store: Store, days: DaysInForce, clock: Clock, folders: Folders) -> None:
        self._store = store
        self._days = days
        self._clock = clock
        self._folders = folders
        self._audit = AuditLog(store)
        self.holds = Holds(store, clock, days.terms.agreement.zone)

    async def numbers_of(self, contact: str) -> list[str]:
        """The numbers that stand under the name of a contact, whatever its case."""
        async with self._store.reading() as session:
            rows = (await session.exec(select(PhoneNumber))).all()
        return [row.e164 for row in rows if row.contact_name.casefold() == contact.strip().casefold()]

    async def find(self, text: str, by: Actor) -> list[Match]:
        """Whom a number in any way of writing, or a part of a name, may mean; at most fifty."""
        must_administer(by)
        number = normal_form(text)
        async with self._store.reading() as session:
            if number is None:
                found = await find_by_name(session, text)
            else:
                is_held = await read_held(session, number, self.holds.today) is not None
                found = [await match_of(session, number)] if is_held else []
        how = "zocht op naam" if number is None else f"zocht nummer op {number[-4:]}"
        await self._note_look(by, f"{how}: {_seen(found)}")
        return found

    async def held(self, number: str, by: Actor) -> Held | None:
        """None when nothing is."""
        must_administer(by)
        async with self._store.reading() as session:
            found = await read_held(session, number, self.holds.today)
        tickets = _counted(len(found.tickets)) if found else "niets bewaard"
        await self._note_look(by, f"nummer op {number[-4:]}: {tickets}", found.customer_id if found else None)
        return found

    async def export(self, number: str, by: Actor) -> bytes:
        """A zip: `person.json` with what is held and the tickets, the recordings, and the attachments. Raises Refused when
        nothing is held."""
        must_administer(by)
        async with self._store.reading() as session:
            held = await read_held(session, number, self.holds.today)
            if held is None:
                raise Refused(f"Kan niet: van {number} is niets bewaard", RULE)
            rows = await tickets_of(session, number)
            terms, now = await self._days.read(session), self._clock.now()
            tickets = [to_json(await read_ticket(session, row, terms, now)) for row in rows]
            ids = [row.id or 0 for row in rows]
            files = [*await self._recordings(session, ids), *await self._attachments(session, ids)]
        written = _as_json(held) | {"made_at": now.isoformat(), "tickets": tickets}
        made = await asyncio.to_thread(_zip, written, files)
        await self._note_access(ids, by, held)
        return made

    async def erase(self, number: str, by: Actor, why: str) -> Gone:
        """Sound, text, number and attachments go from every finished ticket that is not on hold; what statistics need stays.
        Other tickets are kept whole, and who has the number stays known as long as one is kept."""
        must_administer(by)
        reason = needs(why, "de reden is ingevuld", RULE)
        done: dict[Fate, list[str]] = {fate: [] for fate in Fate}
        async with self._store.session() as session:
            tickets = await tickets_of(session, number)
            on_hold = await ids_on_hold(session, tickets, self.holds.today)
            for ticket in tickets:
                fate = fate_of(ticket, on_hold)
                done[fate].append(ticket_number(ticket.id))
                if fate is Fate.ERASED:
                    await self._erase_one(session, ticket, by, reason)
            held = await read_held(session, number, self.holds.today)
            if not (done[Fate.OPEN] or done[Fate.ON_HOLD] or (held and held.is_on_hold)):
                await _forget(session, number)
            kept = len(done[Fate.OPEN]) + len(done[Fate.ON_HOLD])
            tell(f"nummer op {number[-4:]}: {len(done[Fate.ERASED])} gewist, {kept} bewaard")
        return Gone(tuple(done[Fate.ERASED]), tuple(done[Fate.OPEN]), tuple(done[Fate.ON_HOLD]))

    async def _erase_one(self, session: AsyncSession, ticket: TicketRow, by: Actor, why: str) -> None:
        now, row_id = self._clock.now(), ticket.id or 0
        for what in await still_there(session, ticket):
            await erase_from(session, ticket, what, self._folders, now)
            await session.merge(ErasedRow(ticket_id=row_id, what=what, at=now))
        said = select(DecisionRow).where(DecisionRow.ticket_id == row_id, col(DecisionRow.what).in_(_ABOUT_THE_CALLER))
        for decision in await session.exec(said):
            decision.before, decision.after = "", ""
        reason = f"Gegevens van de beller gewist: {why}"
        session.add(DecisionRow(ticket_id=row_id, at=now, actor=by.name, what="person_erased", why=reason))

    async def _note_look(self, by: Actor, seen: str, customer_id: int | None = None) -> None:
        act = current_act() or Act(by.name, by.role or "", "persons", self._clock.now(), "")
        detail = f"{act.detail}; {seen}" if act.detail else seen
        await self._audit.note(
            replace(act, who=act.who or by.name, role=act.role or by.role or "", detail=detail), customer_id
        )

    async def _note_access(self, tickets: Sequence[int], by: Actor, held: Held) -> None:
        """Each ticket says who took its sound and text out (R-114)."""
        now, why, told = self._clock.now(), "Verzoek om inzage", f"nummer op {held.number[-4:]}: {_listed(tickets)}"
        if not tickets:
            return await self._note_look(by, told, held.customer_id)
        async with self._store.session() as session:
            session.add_all(
                AccessEntryRow(ticket_id=one, account=by.name, at=now, purpose="exported", why=why) for one in tickets
            )
            tell(told, held.customer_id)
        return None

    async def _recordings(self, session: AsyncSession, tickets: Sequence[int]) -> list[tuple[str, Path]]:
        """Name in the zip, and where it lies; nothing outside the folder."""
        root = self._folders.recordings.resolve()
        messages = select(VoicemailRow.recording).where(col(VoicemailRow.ticket_id).in_(tickets))
        others = select(CallSoundRow.recording).where(col(CallSoundRow.ticket_id).in_(tickets))
        names = [*(await session.exec(messages)).all(), *(await session.exec(others)).all()]
        paths = [(f"recordings/{name}", (root / name).resolve()) for name in names]
        return [(name, path) for name, path in paths if path.is_relative_to(root)]

    async def _attachments(self, session: AsyncSession, tickets: Sequence[int]) -> list[tuple[str, Path]]:
        rows = await session.exec(select(AttachmentRow).where(col(AttachmentRow.ticket_id).in_(tickets)))
        return [
            (f"attachments/{ticket_number(row.ticket_id)}/{row.id}-{row.name}", self._folders.attachments / row.stored)
            for row in rows
        ]


async def _forget(session: AsyncSession, number: str) -> None:
    """Who has the number is nobody from now on; the contact goes with its last number."""
    owner = await owner_of(session, number)
    contact = await contact_of(session, owner)
    await session.exec(delete(PinTryRow).where(col(PinTryRow.caller_number) == number))
    await session.exec(delete(PhoneNumber).where(col(PhoneNumber.e164) == number))
    if owner is None or contact is None:
        return
    others = select(PhoneNumber.id).where(
        PhoneNumber.customer_id == owner.customer_id, PhoneNumber.contact_name == owner.contact_name
    )
    if (await session.exec(others)).first() is None:
        await session.delete(contact)


def _seen(found: Sequence[Match]) -> str:
    """Whom a search showed."""
    numbers = ", ".join(one.number[-4:] or "zonder nummer" for one in found)
    return f"{len(found)} gevonden ({numbers})" if found else "niemand gevonden"


def _listed(tickets: Sequence[int]) -> str:
    """By number; how many, when they would fill the entry."""
    numbers = ", ".join(map(ticket_number, tickets[:MOST_LISTED]))
    return f"{numbers} en meer, {_counted(len(tickets))}" if len(tickets) > MOST_LISTED else numbers or _counted(0)


def _counted(tickets: int) -> str:
    return "1 ticket" if tickets == 1 else f"{tickets} tickets"


def _as_json(held: Held) -> dict[str, Any]:
    contact = {"name": held.name, "customer": held.customer, "language": held.language, "mail": held.mail}
    return {
        "number": held.number,
        "contact": contact if held.name or held.customer else None,
        "wrong_pins": held.wrong_pins,
        "crucial_place": held.crucial_place,
        "exclusions": list(held.exclusions),
        "holds": list(held.holds),
    }


def _zip(held: object, files: Sequence[tuple[str, Path]]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("person.json", json.dumps(held, ensure_ascii=False, indent=2, default=str))
        for name, path in files:
            if path.is_file():
                file.write(path, name)
    return made.getvalue()
