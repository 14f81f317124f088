"""Customers, the numbers that they call from, and engineers of ours: who they are, before anybody calls."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.holds import Holds
from ari_app.desk.leaving import refuse_while_needed, revoke_links
from ari_app.desk.refusal import NotThere, Refused, must_fit, needs
from ari_app.desk.rota_reading import anybody_named, engineer_named
from ari_app.store.contract_tables import CrucialPlaceRow
from ari_app.store.database import Store
from ari_app.store.rota_tables import RotaChangeRow
from ari_app.store.tables import Customer, EngineerRow, PhoneNumber
from routing.caller import normal_form
from routing.dialling import NotDialled, number_to_dial

LINES = (1, 2, 3)
LANGUAGES = ("nl", "en")


@dataclass(frozen=True, slots=True)
class CustomerView:
    """`id` is the customer number, which callers type with their PIN. `numbers`: E.164 and the contact, or "". `crucial`:
    places of work that this customer calls so."""

    id: int
    name: str
    numbers: tuple[tuple[str, str], ...]
    crucial: tuple[str, ...] = ()


class Directory:
    """All commands raise Refused and then change nothing. Changes of engineers are kept with those of the rota."""

    def __init__(self, store: Store, clock: Clock, zone: ZoneInfo, countries: frozenset[str], holds: Holds) -> None:
        """`countries`: where an engineer may have a phone."""
        self._zone = zone
        self._store = store
        self._clock = clock
        self._holds = holds
        self._countries = countries

    async def customers(self) -> list[CustomerView]:
        """By name."""
        async with self._store.reading() as session:
            rows = (await session.exec(select(Customer).order_by(col(Customer.name)))).all()
            numbers = (await session.exec(select(PhoneNumber).order_by(col(PhoneNumber.e164)))).all()
            places = (await session.exec(select(CrucialPlaceRow).order_by(col(CrucialPlaceRow.place)))).all()
        of: dict[int | None, list[tuple[str, str]]] = defaultdict(list)
        at: dict[int | None, list[str]] = defaultdict(list)
        for one in numbers:
            of[one.customer_id].append((one.e164, one.contact_name))
        for place in places:
            at[place.customer_id].append(place.place)
        return [CustomerView(row.id or 0, row.name, tuple(of[row.id]), tuple(at[row.id])) for row in rows]

    async def add_customer(self, name: str, by: Actor) -> int:
        """Gives the customer number. Without a contract it is one without an SLA (R-071)."""
        by.must_be_ours("R-071")
        async with self._store.session() as session:
            row = Customer(name=await _free_name(session, name))
            session.add(row)
        return row.id or 0

    async def rename_customer(self, customer_id: int, name: str, by: Actor) -> None:
        """The same customer under another name: contracts, numbers and tickets stay with it."""
        by.must_be_ours("R-071")
        async with self._store.session() as session:
            row = await session.get(Customer, customer_id)
            if row is None:
                raise NotThere(f"Klant {customer_id} is niet bekend", "R-071")
            row.name = await _free_name(session, name, customer_id)

    async def add_number(self, customer_id: int, number: str, by: Actor, contact: str = "") -> str:
        """From this number, in any way of writing, calls that customer; gives it in E.164 (A-25)."""
        by.must_be_ours("A-25")
        e164, who = in_e164(number), must_fit("De naam", contact.strip(), PhoneNumber.contact_name, "A-25")
        async with self._store.session() as session:
            if await session.get(Customer, customer_id) is None:
                raise Refused(f"Klant {customer_id} is niet bekend", "R-071")
            known = await number_row(session, e164)
            if known is not None:
                raise taken(known)
            session.add(PhoneNumber(e164=e164, customer_id=customer_id, contact_name=who))
        return e164

    async def remove_number(self, customer_id: int, number: str, by: Actor) -> None:
        """From now on who calls from it is unknown."""
        by.must_be_ours("A-25")
        async with self._store.session() as session:
            known = await _number_of(session, customer_id, number)
            await self._holds.must_not_cover(session, customer_id, [known.e164])
            await session.delete(known)

    async def set_language(self, customer_id: int, number: str, language: str, by: Actor) -> None:
        """What this contact hears from the next call on, until another is chosen by key: "nl", "en", "": that of the line."""
        by.must_be_ours("R-071")
        if language not in ("", *LANGUAGES):
            raise Refused(f"De lijn spreekt {' en '.join(LANGUAGES)}, niet {language!r}", "R-071")
        async with self._store.session() as session:
            (await _number_of(session, customer_id, number)).language = language

    async def add_engineer(self, name: str, number: str, line: int, by: Actor) -> int:
        """Of line 1, 2 or 3, with a first phone (R-142)."""
        by.must_supervise("R-142")
        wanted = must_fit("De naam", needs(name, "de engineer een naam heeft", "R-142"), EngineerRow.name, "R-142")
        phone = self._dialable(number)
        _must_be_a_line(line)
        async with self._store.session() as session:
            for engineer in await session.exec(select(EngineerRow)):
                if engineer.name.casefold() == wanted.casefold():
                    if engineer.left_at is not None:
                        raise Refused(f"{engineer.name!r} werkte hier al eens: laat die terugkeren", "R-142")
                    raise Refused(f"Engineer {engineer.name!r} is al bekend", "R-142")
            row = EngineerRow(name=wanted, number=phone, line=line)
            session.add(row)
            self._note(session, by, "engineer", engineer=wanted, line=line)
        return row.id or 0

    async def set_line(self, engineer: str, line: int, by: Actor, why: str) -> None:
        """From now on; who works on a ticket keeps it (R-142)."""
        by.must_supervise("R-142")
        reason = needs(why, "een reden is opgegeven", "R-142")
        _must_be_a_line(line)
        async with self._store.session() as session:
            found = await engineer_named(session, engineer)
            (await session.get_one(EngineerRow, found.id)).line = line
            self._note(session, by, "line", reason, engineer=found.name, before=found.line, line=line)

    async def engineer_leaves(self, engineer: str, by: Actor, why: str) -> None:
        """From now on no duty, swap, ticket, call-back or message finds this one, and secret addresses of theirs open nothing;
        what is past keeps the name. Refused, naming them, while duties or open tickets are still theirs."""
        by.must_supervise("R-142")
        reason, now = needs(why, "een reden is opgegeven", "R-142"), self._clock.now()
        async with self._store.session() as session:
            found = await engineer_named(session, engineer)
            # Waits for a duty or a ticket that is being given at this moment, and then sees it.
            row = await session.get_one(EngineerRow, found.id, with_for_update=True)
            await refuse_while_needed(session, found, now, self._zone)
            row.left_at = now
            await revoke_links(session, found.id, now)
            self._note(session, by, "left", reason, engineer=found.name)

    async def engineer_returns(self, engineer: str, by: Actor, why: str) -> None:
        """With the line and the phones of before; secret addresses are made anew."""
        by.must_supervise("R-142")
        reason = needs(why, "een reden is opgegeven", "R-142")
        async with self._store.session() as session:
            found = await anybody_named(session, engineer)
            if not found.has_left:
                raise Refused(f"{found.name} werkt hier al", "R-142")
            (await session.get_one(EngineerRow, found.id)).left_at = None
            self._note(session, by, "returned", reason, engineer=found.name)

    def _dialable(self, number: str) -> str:
        try:
            return number_to_dial(in_e164(number), self._countries)
        except NotDialled as why:
            raise Refused(f"Kan alleen met een nummer dat de lijn mag bellen. {why}", "R-142") from why

    def _note(self, session: AsyncSession, by: Actor, what: str, why: str = "", **detail: Any) -> None:
        session.add(RotaChangeRow(at=self._clock.now(), actor=by.name, what=what, why=why, detail=detail))


def in_e164(number: str) -> str:
    """Raises Refused for what is no phone number (A-25)."""
    e164 = normal_form(number)
    if e164 is None:
        raise Refused(f"{number!r} is geen telefoonnummer: schrijf het als +31201234567 of 020 1234567", "A-25")
    return e164


def taken(known: PhoneNumber) -> Refused:
    """Why a number can't become that of somebody else."""
    return Refused(f"{known.e164} is al een nummer van klant {known.customer_id}: haal het daar eerst weg", "A-25")


async def _free_name(session: AsyncSession, name: str, own: int | None = None) -> str:
    """Without blanks around it. Raises Refused when another customer than `own` has it, whatever its case."""
    wanted = must_fit("De naam", needs(name, "de klant een naam heeft", "R-071"), Customer.name, "R-071")
    for customer in await session.exec(select(Customer)):
        if customer.id != own and customer.name.casefold() == wanted.casefold():
            raise Refused(f"Klant {customer.name!r} is al bekend, met klantnummer {customer.id}", "R-071")
    return wanted


async def number_row(session: AsyncSession, e164: str) -> PhoneNumber | None:
    """Of whatever customer."""
    return (await session.exec(select(PhoneNumber).where(PhoneNumber.e164 == e164))).first()


async def _number_of(session: AsyncSession, customer_id: int, number: str) -> PhoneNumber:
    known = await number_row(session, in_e164(number))
    if known is None or known.customer_id != customer_id:
        raise NotThere(f"{number} is geen nummer van deze klant", "A-25")
    return known


def _must_be_a_line(line: int) -> None:
    if line not in LINES:
        raise Refused(f"Lijn {line} bestaat niet: kies 1, 2 of 3", "R-142")
