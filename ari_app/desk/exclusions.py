"""Who is excluded from the calamity line: counted, proposed, and decided by a person, never by the machine (R-057, A-12)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.planning import Terms, events_that_hold
from ari_app.desk.refusal import Refused, needs
from ari_app.store.contract_tables import ExclusionRow, ExclusionScope
from ari_app.store.database import Store
from ari_app.store.statements import Asks, ask, columns_of
from ari_app.store.tables import CallRow, Customer, PhoneNumber, TicketEventRow, TicketRow
from sla.clauses import Clause
from sla.contract import ExclusionProposal, add_months, propose_exclusion
from sla.ticket import EventType

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True, slots=True)
class Who:
    """One number, one contact of a customer, or a whole customer."""

    scope: ExclusionScope
    number: str | None = None
    customer_id: int | None = None
    contact_name: str = ""

    def __post_init__(self) -> None:
        wanted = {
            ExclusionScope.NUMBER: self.number is not None,
            ExclusionScope.CONTACT: self.customer_id is not None and self.contact_name != "",
            ExclusionScope.ORGANISATION: self.customer_id is not None,
        }
        if not wanted[self.scope]:
            raise Refused("Kan nadat is aangegeven om welk nummer, welk contact of welke klant het gaat", "A-12")


@dataclass(frozen=True, slots=True)
class Proposal:
    """For a supervisor to decide. `name` is Dutch, for people."""

    who: Who
    name: str
    facts: ExclusionProposal
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class ExclusionView:
    """A decision; `ends_on` is the last day. `lifted_at` None: nobody took it back. `name` is Dutch, for people."""

    id: int
    scope: ExclusionScope
    name: str
    starts_at: datetime
    ends_on: date
    decided_by: str
    why: str
    is_in_force: bool
    lifted_at: datetime | None
    lifted_by: str
    why_lifted: str
    clauses: tuple[Clause, ...]


class Exclusions:
    """The decisions about the calamity line. In all of them `by` must be a supervisor, or Refused is raised."""

    def __init__(self, store: Store, terms: Terms, clock: Clock) -> None:
        self._store = store
        self._terms = terms
        self._clock = clock

    async def proposals(self) -> list[Proposal]:
        """Who was ruled "no calamity" so often lately that a person should decide, and is not excluded yet."""
        now, settings = self._clock.now(), self._terms.agreement.settings
        rulings: dict[Who, list[datetime]] = defaultdict(list)
        names: dict[Who, str] = {}
        async with self._store.reading() as session:
            for at, whos in await _no_calamities(session):
                for who, name in whos.items():
                    rulings[who].append(at)
                    names[who] = name
            found = ((who, propose_exclusion(moments, now, settings)) for who, moments in rulings.items())
            clauses_in = self._terms.agreement.clauses_in
            proposed = [
                Proposal(who, names[who], facts, clauses_in(facts.why)) for who, facts in found if facts is not None
            ]
            return [one for one in proposed if await _in_force(session, one.who, now) is None]

    async def all(self) -> list[ExclusionView]:
        """Newest first, those that are over among them."""
        newest = select(ExclusionRow, Customer.name).join(
            Customer, col(Customer.id) == ExclusionRow.customer_id, isouter=True
        )
        async with self._store.reading() as session:
            rows = (await session.exec(newest.order_by(col(ExclusionRow.id).desc()))).all()
        return [self._view(row, customer or "") for row, customer in rows]

    async def exclude(self, who: Who, by: Actor, why: str, ends_on: date | None = None) -> int:
        """Gives the number of the exclusion. `ends_on` (included) None: as long as the setting says."""
        by.must_supervise("R-057")
        now = self._clock.now()
        today = now.astimezone(AMSTERDAM).date()
        last = ends_on or add_months(today, self._terms.agreement.settings.exclusion_lasts_months)
        if last < today:
            raise Refused(f"Kan nadat een einddatum na vandaag is gekozen, niet {last:%d-%m-%Y}", "A-12")
        row = ExclusionRow(
            scope=who.scope,
            number=who.number,
            customer_id=who.customer_id,
            contact_name=who.contact_name,
            starts_at=now,
            ends_on=last,
            decided_by=by.name,
            why=needs(why, "de reden van de uitsluiting is ingevuld", "A-12"),
        )
        async with self._store.session() as session:
            session.add(row)
        return row.id or 0

    async def lift(self, exclusion_id: int, by: Actor, why: str) -> None:
        """Ends an exclusion now; it stays on record."""
        by.must_supervise("R-057")
        async with self._store.session() as session:
            row = await session.get(ExclusionRow, exclusion_id)
            if row is None or row.lifted_at is not None:
                raise Refused(f"Uitsluiting {exclusion_id} bestaat niet of is al opgeheven", "A-12")
            row.lifted_at, row.lifted_by = self._clock.now(), by.name
            row.why_lifted = needs(why, "de reden van het opheffen is ingevuld", "A-12")
            session.add(row)

    def _view(self, row: ExclusionRow, customer: str) -> ExclusionView:
        today = self._clock.now().astimezone(AMSTERDAM).date()
        return ExclusionView(
            id=row.id or 0,
            scope=row.scope,
            name=row.number or _of_customer(customer, row.contact_name),
            starts_at=row.starts_at,
            ends_on=row.ends_on,
            decided_by=row.decided_by,
            why=row.why,
            is_in_force=row.lifted_at is None and today <= row.ends_on,
            lifted_at=row.lifted_at,
            lifted_by=row.lifted_by,
            why_lifted=row.why_lifted,
            clauses=self._terms.agreement.clauses_in("R-057, A-12"),
        )


async def exclusion_at(
    session: Asks, at: datetime, number: str, customer_id: int | None = None, contact_name: str = ""
) -> ExclusionRow | None:
    """The exclusion that holds for a caller at `at`, by number, contact or organisation."""
    today = at.astimezone(AMSTERDAM).date()
    asked = {"number": number, "customer_id": customer_id, "contact_name": contact_name, "at": at, "today": today}
    found: Sequence[ExclusionRow] = await ask(session, _HOLDS, **asked)
    return found[0] if found else None


def _holds() -> sa.Select[*tuple[Any, ...]]:
    """Without a customer nothing equals its NULL, so only the number counts."""
    at: sa.BindParameter[datetime] = sa.bindparam("at")
    contact = col(ExclusionRow.contact_name)
    is_organisation = col(ExclusionRow.scope) == ExclusionScope.ORGANISATION
    is_contact = and_(contact == sa.bindparam("contact_name"), contact != "")
    is_customer = col(ExclusionRow.customer_id) == sa.bindparam("customer_id", type_=sa.Integer)
    is_about = or_(
        col(ExclusionRow.number) == sa.bindparam("number"), and_(is_customer, or_(is_organisation, is_contact))
    )
    return (
        sa.select(columns_of(ExclusionRow))
        .where(is_about, col(ExclusionRow.starts_at) <= at, col(ExclusionRow.ends_on) >= sa.bindparam("today"))
        .where(or_(col(ExclusionRow.lifted_at).is_(None), col(ExclusionRow.lifted_at) > at))
        .order_by(col(ExclusionRow.ends_on).desc())
    )


_HOLDS = _holds()


async def _in_force(session: AsyncSession, who: Who, at: datetime) -> ExclusionRow | None:
    return await exclusion_at(session, at, who.number or "", who.customer_id, who.contact_name)


async def _no_calamities(session: AsyncSession) -> list[tuple[datetime, dict[Who, str]]]:
    """Each ticket's last ruling, when it was "no calamity", and whom it counts for."""
    rulings = (EventType.NOT_A_CALAMITY, EventType.BECAME_A_CALAMITY)
    events = await session.exec(events_that_hold().where(col(TicketEventRow.type).in_(rulings)))
    last = {event.ticket_id: event for event in events}
    no_calamity = {row_id: event.at for row_id, event in last.items() if event.type is EventType.NOT_A_CALAMITY}
    known = await session.exec(
        select(TicketRow.id, Customer.id, Customer.name, CallRow.caller_number, PhoneNumber.contact_name)  # type: ignore[call-overload]
        .join(Customer, col(Customer.id) == TicketRow.customer_id, isouter=True)
        .join(CallRow, col(CallRow.ticket_id) == TicketRow.id, isouter=True)
        .join(PhoneNumber, col(PhoneNumber.e164) == CallRow.caller_number, isouter=True)
        .where(col(TicketRow.id).in_(no_calamity))
    )
    return [(no_calamity[row_id], _whos(*rest)) for row_id, *rest in known]


def _whos(customer_id: int | None, customer: str | None, number: str | None, contact: str | None) -> dict[Who, str]:
    whos: dict[Who, str] = {}
    if number:
        whos[Who(ExclusionScope.NUMBER, number)] = number
    if customer_id is not None:
        whos[Who(ExclusionScope.ORGANISATION, customer_id=customer_id)] = customer or ""
    if customer_id is not None and contact:
        whos[Who(ExclusionScope.CONTACT, customer_id=customer_id, contact_name=contact)] = _of_customer(
            customer or "", contact
        )
    return whos


def _of_customer(customer: str, contact: str) -> str:
    return f"{contact} ({customer})" if contact else customer
