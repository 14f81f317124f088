"""What is held on a person, and what erasing would do to it: reading only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.desk.holds import in_force, is_on_hold
from ari_app.desk.numbers import ticket_number
from ari_app.desk.retention import FINISHED
from ari_app.store.attachment_tables import AttachmentRow
from ari_app.store.contact_tables import ContactRow
from ari_app.store.contract_tables import CrucialPlaceRow, ExclusionRow
from ari_app.store.hold_tables import HoldRow
from ari_app.store.in_call_tables import CallSoundRow
from ari_app.store.job_tables import Erased, ErasedRow
from ari_app.store.message_tables import MessageChoiceRow
from ari_app.store.pin_tables import PinTryRow
from ari_app.store.tables import CallRow, Customer, PhoneNumber, TicketRow, VoicemailRow

#: A shorter part of a name finds half of all customers.
SHORTEST_NAME, MOST_FOUND = 3, 50


class Fate(StrEnum):
    """What erasing would do to a ticket. Only what is finished and not on hold loses anything."""

    ERASED = "erased"
    OPEN = "open"
    ON_HOLD = "on_hold"


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody who may be meant. `number` "": known by mail only."""

    number: str
    name: str
    customer: str
    customer_id: int | None
    tickets: int


@dataclass(frozen=True, slots=True)
class HeldTicket:
    """`sounds`: recordings that are still there."""

    number: str
    state: str
    reported_at: datetime
    customer: str
    sounds: int
    has_text: bool
    attachments: int
    fate: Fate


@dataclass(frozen=True, slots=True)
class Held:
    """All that is kept under one number (E.164). `exclusions` and `holds` in words, in force or not: they are decisions of
    ours, which erasing leaves. `is_on_hold`: the number itself or its customer."""

    number: str
    name: str
    customer: str
    customer_id: int | None
    language: str
    mail: str
    tickets: tuple[HeldTicket, ...]
    wrong_pins: int
    crucial_place: str
    exclusions: tuple[str, ...]
    holds: tuple[str, ...]
    is_on_hold: bool

    @property
    def fates(self) -> Counter[Fate]:
        return Counter(one.fate for one in self.tickets)


async def find_by_name(session: AsyncSession, name: str) -> list[Match]:
    """Contacts whose name holds it, and callers who said it in a message; none for less than three letters."""
    wanted = name.strip().lower()
    if len(wanted) < SHORTEST_NAME:
        return []
    owners = await session.exec(
        select(PhoneNumber).where(func.lower(col(PhoneNumber.contact_name)).contains(wanted, autoescape=True))
    )
    said = func.lower(col(VoicemailRow.told)[("person", "value")].as_string())
    callers = await session.exec(
        select(CallRow.caller_number)
        .join(VoicemailRow, col(VoicemailRow.ticket_id) == CallRow.ticket_id)
        .where(said.contains(wanted, autoescape=True), col(CallRow.caller_number).is_not(None))
        .distinct()
    )
    numbers = dict.fromkeys([*(one.e164 for one in owners), *(number for number in callers if number)])
    found = [await match_of(session, number) for number in list(numbers)[:MOST_FOUND]]
    return [*found, *await _by_mail_only(session, wanted)][:MOST_FOUND]


async def match_of(session: AsyncSession, number: str) -> Match:
    """Also for a number of which nothing is held."""
    owner = await owner_of(session, number)
    customer = await session.get(Customer, owner.customer_id) if owner else None
    tickets = await tickets_of(session, number)
    return Match(
        number,
        owner.contact_name if owner else "",
        customer.name if customer else "",
        owner.customer_id if owner else None,
        len(tickets),
    )


async def read_held(session: AsyncSession, number: str, today: date) -> Held | None:
    """None when nothing is."""
    owner, tickets = await owner_of(session, number), await tickets_of(session, number)
    wrong_pins = (
        await session.exec(select(func.count()).select_from(PinTryRow).where(PinTryRow.caller_number == number))
    ).one()
    place = (await session.exec(select(CrucialPlaceRow.place).where(CrucialPlaceRow.number == number))).first()
    exclusions = (await session.exec(select(ExclusionRow).where(ExclusionRow.number == number))).all()
    holds = (await session.exec(_holds_of(number, owner))).all()
    if not (owner or tickets or wrong_pins or place or exclusions or holds):
        return None
    customer = await session.get(Customer, owner.customer_id) if owner else None
    contact = await contact_of(session, owner)
    still = set(await session.exec(select(HoldRow.id).where(in_force(today))))
    return Held(
        number=number,
        name=owner.contact_name if owner else "",
        customer=customer.name if customer else "",
        customer_id=owner.customer_id if owner else None,
        language=owner.language if owner else "",
        mail=contact.mail if contact else "",
        tickets=tuple(await _held_tickets(session, tickets, today)),
        wrong_pins=wrong_pins,
        crucial_place=place or "",
        exclusions=tuple(f"tot en met {one.ends_on:%d-%m-%Y}: {one.why}" for one in exclusions),
        holds=tuple(f"{one.placed_by}: {one.why}" for one in holds),
        is_on_hold=any(one.id in still for one in holds),
    )


async def owner_of(session: AsyncSession, number: str) -> PhoneNumber | None:
    return (await session.exec(select(PhoneNumber).where(PhoneNumber.e164 == number))).first()


async def contact_of(session: AsyncSession, owner: PhoneNumber | None) -> ContactRow | None:
    """The record of who has this number."""
    if owner is None or not owner.contact_name:
        return None
    theirs = select(ContactRow).where(
        ContactRow.customer_id == owner.customer_id, ContactRow.name == owner.contact_name
    )
    return (await session.exec(theirs)).first()


async def tickets_of(session: AsyncSession, number: str) -> list[TicketRow]:
    """In order of reporting: who called from it, or asked to be called back on it."""
    called = select(CallRow.ticket_id).where(CallRow.caller_number == number)
    asked = select(MessageChoiceRow.ticket_id).where(MessageChoiceRow.call_back_number == number)
    about = select(TicketRow).where(or_(col(TicketRow.id).in_(called), col(TicketRow.id).in_(asked)))
    return list((await session.exec(about.order_by(col(TicketRow.id)))).all())


async def ids_on_hold(session: AsyncSession, tickets: Sequence[TicketRow], today: date) -> set[int]:
    ids = [one.id for one in tickets]
    held = select(TicketRow.id).where(col(TicketRow.id).in_(ids), is_on_hold(today))
    return {one for one in await session.exec(held) if one is not None}


def fate_of(ticket: TicketRow, on_hold: set[int]) -> Fate:
    if ticket.id in on_hold:
        return Fate.ON_HOLD
    return Fate.ERASED if ticket.state in FINISHED else Fate.OPEN


async def _held_tickets(session: AsyncSession, tickets: Sequence[TicketRow], today: date) -> list[HeldTicket]:
    ids, on_hold = [one.id or 0 for one in tickets], await ids_on_hold(session, tickets, today)
    messages = (await session.exec(select(VoicemailRow).where(col(VoicemailRow.ticket_id).in_(ids)))).all()
    text = {one.ticket_id for one in messages if one.transcript}
    others = await session.exec(select(CallSoundRow.ticket_id).where(col(CallSoundRow.ticket_id).in_(ids)))
    sounds = Counter([*(one.ticket_id for one in messages), *others])
    files = await session.exec(select(AttachmentRow.ticket_id).where(col(AttachmentRow.ticket_id).in_(ids)))
    attached = Counter(files)
    gone = set((await session.exec(select(ErasedRow.ticket_id, ErasedRow.what))).all()) if ids else set()
    names = dict((await session.exec(select(Customer.id, Customer.name))).all())
    return [
        HeldTicket(
            number=ticket_number(one.id),
            state=one.state.value,
            reported_at=one.reported_at,
            customer=names.get(one.customer_id, ""),
            sounds=0 if (one.id, Erased.AUDIO) in gone else sounds[one.id or 0],
            has_text=one.id in text,
            attachments=attached[one.id or 0],
            fate=fate_of(one, on_hold),
        )
        for one in tickets
    ]


async def _by_mail_only(session: AsyncSession, wanted: str) -> list[Match]:
    rows = await session.exec(
        select(ContactRow, Customer)
        .join(Customer, col(Customer.id) == ContactRow.customer_id)
        .where(func.lower(col(ContactRow.name)).contains(wanted, autoescape=True))
    )
    numbers = select(PhoneNumber.customer_id, PhoneNumber.contact_name)
    called = set((await session.exec(numbers)).all())
    return [
        Match("", contact.name, customer.name, customer.id, 0)
        for contact, customer in rows
        if (contact.customer_id, contact.name) not in called
    ]


def _holds_of(number: str, owner: PhoneNumber | None) -> SelectOfScalar[HoldRow]:
    """On the number, or on the customer of who has it."""
    mine = col(HoldRow.number) == number
    if owner is not None:
        mine = mine | (col(HoldRow.customer_id) == owner.customer_id)
    return select(HoldRow).where(mine, col(HoldRow.lifted_at).is_(None))
