"""Equipment of a customer, and how far the agreement covers it: ours or not (R-102), server with agent or not (R-146)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.refusal import NotThere, Refused, must_fit, needs
from ari_app.store.database import Store
from ari_app.store.service_tables import EquipmentRow
from ari_app.store.tables import Customer
from sla.terms import Scope

RULE = "R-102"
IN_WORDS: Mapping[Scope, str] = {
    Scope.IN_SCOPE: "binnen de overeenkomst",
    Scope.BEST_EFFORT: "best effort",
    Scope.NOT_SUPPORTED: "niet ondersteund",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """`has_agent` counts for a server only; `in_network`: part of the network that we look after."""

    is_ours: bool
    is_server: bool = False
    has_agent: bool = False
    in_network: bool = True


@dataclass(frozen=True, slots=True)
class EquipmentView:
    """`proposal` is what a report about it would fall under, `what_holds` why, in Dutch with the rule: a person decides."""

    id: int
    name: str
    facts: Facts
    proposal: Scope
    what_holds: str
    noted_by: str
    noted_at: datetime


class Equipment:
    """All commands raise Refused and then change nothing."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of(self, customer_id: int) -> list[EquipmentView]:
        """By name."""
        theirs = select(EquipmentRow).where(EquipmentRow.customer_id == customer_id).order_by(col(EquipmentRow.name))
        async with self._store.reading() as session:
            return [_view(row) for row in await session.exec(theirs)]

    async def note(self, customer_id: int, name: str, facts: Facts, by: Actor) -> int:
        """Adds it, or writes down other facts of it; gives its number."""
        by.must_be_ours(RULE)
        wanted = must_fit("De naam", needs(name, "het apparaat een naam heeft", RULE), EquipmentRow.name, RULE)
        async with self._store.session() as session:
            if await session.get(Customer, customer_id) is None:
                raise Refused(f"Klant {customer_id} is niet bekend", RULE)
            row = await equipment_named(session, customer_id, wanted)
            if row is None:
                row = EquipmentRow(
                    customer_id=customer_id, name=wanted, is_ours=False, noted_by="", noted_at=self._clock.now()
                )
            row.is_ours, row.is_server = facts.is_ours, facts.is_server
            row.has_agent, row.in_network = facts.has_agent, facts.in_network
            row.noted_by, row.noted_at = by.name, self._clock.now()
            session.add(row)
            await session.flush()
            return row.id or 0

    async def remove(self, customer_id: int, equipment_id: int, by: Actor) -> None:
        by.must_be_ours(RULE)
        async with self._store.session() as session:
            row = await session.get(EquipmentRow, equipment_id)
            if row is None or row.customer_id != customer_id:
                raise NotThere(f"Apparaat {equipment_id} is niet van deze klant of is al weggehaald", RULE)
            await session.delete(row)


async def equipment_named(session: AsyncSession, customer_id: int, name: str) -> EquipmentRow | None:
    """Whatever its case."""
    same = func.lower(col(EquipmentRow.name)) == name.strip().lower()
    return (await session.exec(select(EquipmentRow).where(EquipmentRow.customer_id == customer_id, same))).first()


def facts_of(row: EquipmentRow) -> Facts:
    return Facts(row.is_ours, row.is_server, row.has_agent, row.in_network)


def scope_of(facts: Facts) -> tuple[Scope, str]:
    """What a report about it would fall under, and why."""
    if not facts.is_ours and not facts.in_network:
        return Scope.NOT_SUPPORTED, "niet van ons en niet in ons netwerk: wordt niet ondersteund (R-102, R-108)"
    if not facts.is_ours:
        return Scope.BEST_EFFORT, "niet door ons geleverd: geen beheer, hulp zonder toegezegde tijd (R-102, R-103)"
    if facts.is_server and not facts.has_agent:
        return Scope.BEST_EFFORT, "server zonder onze agent: zonder toegezegde tijd tot wij anders beslissen (R-146)"
    return Scope.IN_SCOPE, "door ons geleverd: de afspraken gelden (R-102)"


def _view(row: EquipmentRow) -> EquipmentView:
    scope, why = scope_of(facts_of(row))
    return EquipmentView(row.id or 0, row.name, facts_of(row), scope, why, row.noted_by, row.noted_at)
