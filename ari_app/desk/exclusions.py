"""Who is excluded from the calamity line: counted, proposed, and decided by a person, never by the machine (R-057, A-12)."""

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
from ari_app.desk.no_calamities import Who, no_calamities, of_customer
from ari_app.desk.numbers import ticket_number
from ari_app.desk.planning import Terms
from ari_app.desk.refusal import Refused, needs
from ari_app.store.contract_tables import DeclinedExclusionRow, ExclusionRow, ExclusionScope
from ari_app.store.database import Store
from ari_app.store.statements import Asks, ask, columns_of
from ari_app.store.tables import Customer
from sla.clauses import Clause
from sla.contract import ExclusionProposal, add_months, counted_since, propose_exclusion

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True, slots=True)
class Proposal:
    """For a supervisor to decide. `name` is Dutch, for people; `tickets` ("T-1001") were ruled to be no calamity."""

    who: Who
    name: str
    facts: ExclusionProposal
    clauses: tuple[Clause, ...] = ()
    tickets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclinedView:
    """A proposal that a supervisor turned down. `facts` and `name` are Dutch, for people."""

    id: int
    scope: ExclusionScope
    name: str
    facts: str
    tickets: tuple[str, ...]
    declined_by: str
    declined_at: datetime
    why: str
    clauses: tuple[Clause, ...]


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
        """Who was ruled "no calamity" so often lately that a person should decide, and is not excluded yet. What was
        declined comes back when a ruling is added to it."""
        async with self._store.reading() as session:
            return [proposal for proposal, _ in await self._proposed(session)]

    async def decline(self, who: Who, by: Actor, why: str) -> int:
        """Nobody is excluded for these rulings, and they alone are not proposed again. Gives the number of the decision;
        raises Refused when nothing is proposed."""
        by.must_supervise("R-057")
        reason = needs(why, "de reden van het afwijzen is ingevuld", "A-12")
        async with self._store.session() as session:
            found = [(one, tickets) for one, tickets in await self._proposed(session) if one.who == who]
            if not found:
                name = who.contact_name or who.number or "deze klant"
                raise Refused(f"Er ligt geen voorstel om {name} uit te sluiten", "A-12")
            (proposal, tickets), *_ = found
            row = DeclinedExclusionRow(
                scope=who.scope,
                number=who.number,
                customer_id=who.customer_id,
                contact_name=who.contact_name,
                tickets=tickets,
                facts=proposal.facts.why,
                declined_by=by.name,
                declined_at=self._clock.now(),
                why=reason,
            )
            session.add(row)
        return row.id or 0

    async def declined(self) -> list[DeclinedView]:
        """Every proposal that was declined, newest first."""
        newest = select(DeclinedExclusionRow, Customer.name).join(
            Customer, col(Customer.id) == DeclinedExclusionRow.customer_id, isouter=True
        )
        async with self._store.reading() as session:
            rows = (await session.exec(newest.order_by(col(DeclinedExclusionRow.id).desc()))).all()
        clauses = self._terms.agreement.clauses_in("R-057, A-12")
        return [_declined_view(row, customer or "", clauses) for row, customer in rows]

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

    async def _proposed(self, session: AsyncSession) -> list[tuple[Proposal, list[int]]]:
        """Each with the row ids of the tickets that it counts."""
        now, settings = self._clock.now(), self._terms.agreement.settings
        since, declined = counted_since(now, settings), await _declined_tickets(session)
        proposed: list[tuple[Proposal, list[int]]] = []
        for who, one in (await no_calamities(session, since)).items():
            facts = propose_exclusion(one.ruled_at.values(), now, settings)
            tickets = sorted(row_id for row_id, at in one.ruled_at.items() if since < at <= now)
            if facts is None or declined.get(who, set()).issuperset(tickets):
                continue
            if await _in_force(session, who, now) is None:
                clauses, numbers = self._terms.agreement.clauses_in(facts.why), tuple(map(ticket_number, tickets))
                proposed.append((Proposal(who, one.name, facts, clauses, numbers), tickets))
        return proposed

    def _view(self, row: ExclusionRow, customer: str) -> ExclusionView:
        today = self._clock.now().astimezone(AMSTERDAM).date()
        return ExclusionView(
            id=row.id or 0,
            scope=row.scope,
            name=row.number or of_customer(customer, row.contact_name),
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


async def _declined_tickets(session: AsyncSession) -> dict[Who, set[int]]:
    """Which tickets a person decided about already, without excluding anybody."""
    found: dict[Who, set[int]] = {}
    for row in await session.exec(select(DeclinedExclusionRow)):
        who = Who(row.scope, row.number, row.customer_id, row.contact_name)
        found.setdefault(who, set()).update(row.tickets)
    return found


def _declined_view(row: DeclinedExclusionRow, customer: str, clauses: tuple[Clause, ...]) -> DeclinedView:
    return DeclinedView(
        id=row.id or 0,
        scope=row.scope,
        name=row.number or of_customer(customer, row.contact_name),
        facts=row.facts,
        tickets=tuple(map(ticket_number, row.tickets)),
        declined_by=row.declined_by,
        declined_at=row.declined_at,
        why=row.why,
        clauses=clauses,
    )
