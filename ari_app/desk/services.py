"""What a customer buys and who supplies it: whose fault a disturbance can be, and whom maintenance concerns."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.refusal import NotThere, Refused, must_fit, needs
from ari_app.store.database import Store
from ari_app.store.service_tables import Place, ServiceRow
from ari_app.store.tables import Customer

RULE = "R-107"


@dataclass(frozen=True, slots=True)
class ServiceView:
    """`supplier` "": we supply it. `what_holds` is Dutch: what that means for a disturbance. `place` None: unknown."""

    id: int
    name: str
    supplier: str
    what_holds: str
    place: Place | None
    noted_by: str
    noted_at: datetime


class Services:
    """All commands raise Refused and then change nothing."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of(self, customer_id: int) -> list[ServiceView]:
        """By name."""
        theirs = select(ServiceRow).where(ServiceRow.customer_id == customer_id).order_by(col(ServiceRow.name))
        async with self._store.reading() as session:
            return [_view(row) for row in await session.exec(theirs)]

    async def names(self) -> list[str]:
        """Of all customers, each once."""
        async with self._store.reading() as session:
            return list(await session.exec(select(ServiceRow.name).distinct().order_by(col(ServiceRow.name))))

    async def note(self, customer_id: int, name: str, by: Actor, supplier: str = "", place: str = "") -> int:
        """Adds it, or writes down another supplier or place of it; gives its number. `place`: as `Place`, "" = unknown
        (R-001)."""
        by.must_be_ours(RULE)
        if place not in ("", *Place):
            raise Refused(f"Een dienst staat bij de klant of in het datacenter, niet in {place!r}", "R-001")
        wanted = must_fit("De naam", needs(name, "de dienst een naam heeft", RULE), ServiceRow.name, RULE)
        who = must_fit("De leverancier", supplier.strip(), ServiceRow.supplier, RULE)
        async with self._store.session() as session:
            if await session.get(Customer, customer_id) is None:
                raise Refused(f"Klant {customer_id} is niet bekend", RULE)
            same = select(ServiceRow).where(ServiceRow.customer_id == customer_id, ServiceRow.name == wanted)
            row = (await session.exec(same)).first()
            if row is None:
                row = ServiceRow(customer_id=customer_id, name=wanted, noted_by=by.name, noted_at=self._clock.now())
            row.supplier, row.noted_by, row.noted_at = who, by.name, self._clock.now()
            row.place = Place(place) if place else None
            session.add(row)
            await session.flush()
            return row.id or 0

    async def remove(self, customer_id: int, service_id: int, by: Actor) -> None:
        by.must_be_ours(RULE)
        async with self._store.session() as session:
            row = await session.get(ServiceRow, service_id)
            if row is None or row.customer_id != customer_id:
                raise NotThere(f"Dienst {service_id} is niet van deze klant of is al weggehaald", RULE)
            await session.delete(row)


def _view(row: ServiceRow) -> ServiceView:
    holds = (
        f"van {row.supplier}: wij helpen en zijn er niet verantwoordelijk voor (R-107)"
        if row.supplier
        else "van ons: de afspraken gelden"
    )
    return ServiceView(row.id or 0, row.name, row.supplier, holds, row.place, row.noted_by, row.noted_at)
