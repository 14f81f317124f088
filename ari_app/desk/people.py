"""What is held on a person, by number: given as one file, or erased but for what still has to be there."""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, delete, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.numbers import ticket_number
from ari_app.desk.reading import read_ticket
from ari_app.desk.refusal import Refused
from ari_app.desk.retention import FINISHED, erase_from
from ari_app.desk.views import to_json
from ari_app.store.acting import tell
from ari_app.store.database import Store
from ari_app.store.in_call_tables import CallSoundRow
from ari_app.store.job_tables import Erased, ErasedRow
from ari_app.store.message_tables import MessageChoiceRow
from ari_app.store.pin_tables import PinTryRow
from ari_app.store.tables import AccessEntryRow, CallRow, PhoneNumber, Role, TicketRow, VoicemailRow
from ari_app.store.work_tables import DecisionRow

RULE = "R-113"


@dataclass(frozen=True, slots=True)
class Gone:
    """Tickets that were emptied of the person, and those that were kept because they are not finished."""

    erased: tuple[str, ...]
    kept: tuple[str, ...]


class People:
    """`recordings` is the folder of all recordings. `number` is E.164 everywhere."""

    def __init__(self, store: Store, days: DaysInForce, clock: Clock, recordings: Path) -> None:
        self._store = store
        self._days = days
        self._clock = clock
        self._recordings = recordings

    async def numbers_of(self, contact: str) -> list[str]:
        """The numbers that stand under the name of a contact, whatever its case."""
        async with self._store.reading() as session:
            rows = (await session.exec(select(PhoneNumber))).all()
        return [row.e164 for row in rows if row.contact_name.casefold() == contact.strip().casefold()]

    async def export(self, number: str, by: Actor) -> bytes:
        """A zip: `person.json` with contact and tickets, and the recordings. Raises Refused when nothing is held."""
        _must_administer(by)
        async with self._store.reading() as session:
            rows = await _tickets(session, number)
            owner = (await session.exec(select(PhoneNumber).where(PhoneNumber.e164 == number))).first()
            if not rows and owner is None:
                raise Refused(f"Kan niet: van {number} is niets bewaard", RULE)
            terms, now = await self._days.read(session), self._clock.now()
            tickets = [to_json(await read_ticket(session, row, terms, now)) for row in rows]
            sounds = await _recordings(session, [row.id or 0 for row in rows])
        contact = {"name": owner.contact_name, "language": owner.language} if owner else None
        held = {"number": number, "made_at": now.isoformat(), "contact": contact, "tickets": tickets}
        made = self._zip(held, sounds)
        await self._note_access([row.id or 0 for row in rows], by)
        return made

    async def erase(self, number: str, by: Actor, why: str) -> Gone:
        """Sound, text and number go from every finished ticket; what statistics need stays. Open tickets are kept whole.

        Raises Refused.
        """
        _must_administer(by)
        if not why.strip():
            raise Refused("Kan nadat de reden is ingevuld", RULE)
        erased, kept = [], []
        async with self._store.session() as session:
            for ticket in await _tickets(session, number):
                if ticket.state in FINISHED:
                    await self._erase_one(session, ticket, by, why.strip())
                    erased.append(ticket_number(ticket.id))
                else:
                    kept.append(ticket_number(ticket.id))
            await session.exec(delete(PinTryRow).where(col(PinTryRow.caller_number) == number))
            if not kept:
                await session.exec(delete(PhoneNumber).where(col(PhoneNumber.e164) == number))
            tell(f"nummer op {number[-4:]}: {len(erased)} gewist, {len(kept)} nog open")
        return Gone(tuple(erased), tuple(kept))

    async def _erase_one(self, session: AsyncSession, ticket: TicketRow, by: Actor, why: str) -> None:
        now, row_id = self._clock.now(), ticket.id or 0
        for what in Erased:
            if await session.get(ErasedRow, (row_id, what)) is None:
                await erase_from(session, ticket, what, self._recordings, now)
                session.add(ErasedRow(ticket_id=row_id, what=what, at=now))
        reason = f"Gegevens van de beller gewist: {why}"
        session.add(DecisionRow(ticket_id=row_id, at=now, actor=by.name, what="person_erased", why=reason))

    async def _note_access(self, tickets: Sequence[int], by: Actor) -> None:
        """Each ticket says who took its sound and text out (R-114)."""
        now, why = self._clock.now(), "Verzoek om inzage"
        async with self._store.session() as session:
            session.add_all(
                AccessEntryRow(ticket_id=one, account=by.name, at=now, purpose="exported", why=why) for one in tickets
            )

    def _zip(self, held: object, sounds: Sequence[str]) -> bytes:
        made, root = io.BytesIO(), self._recordings.resolve()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("person.json", json.dumps(held, ensure_ascii=False, indent=2, default=str))
            for name in sounds:
                path = (root / name).resolve()
                if path.is_relative_to(root) and path.is_file():
                    file.write(path, f"recordings/{name}")
        return made.getvalue()


def _must_administer(by: Actor) -> None:
    if by.role is not Role.ADMINISTRATOR:
        raise Refused("Kan door een beheerder", RULE)


async def _tickets(session: AsyncSession, number: str) -> list[TicketRow]:
    called = select(CallRow.ticket_id).where(CallRow.caller_number == number)
    asked = select(MessageChoiceRow.ticket_id).where(MessageChoiceRow.call_back_number == number)
    about = select(TicketRow).where(or_(col(TicketRow.id).in_(called), col(TicketRow.id).in_(asked)))
    return list((await session.exec(about.order_by(col(TicketRow.id)))).all())


async def _recordings(session: AsyncSession, tickets: Sequence[int]) -> list[str]:
    messages = select(VoicemailRow.recording).where(col(VoicemailRow.ticket_id).in_(tickets))
    others = select(CallSoundRow.recording).where(col(CallSoundRow.ticket_id).in_(tickets))
    return [*(await session.exec(messages)).all(), *(await session.exec(others)).all()]
