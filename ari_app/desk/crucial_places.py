"""What a customer calls crucial: the assessment proposes no CAT I for trouble there (R-083b, A-19)."""

from dataclasses import dataclass

from sqlmodel import col, select

from ari_app.desk.actor import Actor
from ari_app.desk.refusal import Refused, needs
from ari_app.store.contract_tables import CrucialPlaceRow
from ari_app.store.database import Store
from ari_app.store.tables import Customer
from routing.caller import normal_form
from transcription.words import normal

RULE = "R-083b"


@dataclass(frozen=True, slots=True)
class CrucialPlace:
    """`number`: E.164 of the phone there, or ""."""

    place: str
    number: str = ""


class CrucialPlaces:
    """All commands raise Refused and then change nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, customer_id: int) -> list[CrucialPlace]:
        """By name."""
        rows = select(CrucialPlaceRow).where(CrucialPlaceRow.customer_id == customer_id)
        async with self._store.reading() as session:
            found = (await session.exec(rows.order_by(col(CrucialPlaceRow.place)))).all()
        return [CrucialPlace(row.place, row.number or "") for row in found]

    async def add(self, customer_id: int, place: str, by: Actor, number: str = "") -> CrucialPlace:
        """`place` as people say it; a place that is known gets this number. Gives it as it is kept."""
        by.must_be_ours(RULE)
        said, e164 = _as_said(place), _normal(number)
        async with self._store.session() as session:
            if await session.get(Customer, customer_id) is None:
                raise Refused(f"Klant {customer_id} is niet bekend", "R-071")
            known = await session.exec(
                select(CrucialPlaceRow).where(CrucialPlaceRow.customer_id == customer_id, CrucialPlaceRow.place == said)
            )
            row = known.first() or CrucialPlaceRow(customer_id=customer_id, place=said)
            row.number = e164 or row.number
            session.add(row)
        return CrucialPlace(said, row.number or "")

    async def remove(self, customer_id: int, place: str, by: Actor) -> None:
        """From now on it is a place as any other."""
        by.must_be_ours(RULE)
        said = _as_said(place)
        async with self._store.session() as session:
            known = await session.exec(
                select(CrucialPlaceRow).where(CrucialPlaceRow.customer_id == customer_id, CrucialPlaceRow.place == said)
            )
            row = known.first()
            if row is None:
                raise Refused(f"{said!r} staat niet bij de cruciale plaatsen van klant {customer_id}", RULE)
            await session.delete(row)


def _as_said(place: str) -> str:
    """The words as the assessment compares them."""
    words = [normal(word) for word in place.split()]
    return needs(" ".join(word for word in words if word), "de plaats een naam heeft", RULE)


def _normal(number: str) -> str:
    e164 = normal_form(number) if number else ""
    if e164 is None:
        raise Refused(f"{number!r} is geen telefoonnummer: schrijf het als +31201234567 of 020 1234567", "A-25")
    return e164
