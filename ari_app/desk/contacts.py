"""People at customers (R-141): end users who call, and whom we write to about planned maintenance (R-104)."""

from collections import defaultdict
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.mail_address import mail_address
from ari_app.desk.refusal import Refused, needs
from ari_app.store.contact_tables import ContactRow
from ari_app.store.database import Store
from ari_app.store.tables import Customer, PhoneNumber

RULE = "R-141"


@dataclass(frozen=True, slots=True)
class ContactView:
    """`id` None: known by the name beside a number only. `numbers`: E.164. `gets_notices`: told of planned maintenance."""

    id: int | None
    name: str
    mail: str
    gets_notices: bool
    numbers: tuple[str, ...]


class Contacts:
    """All commands raise Refused and then change nothing."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of(self, customer_id: int) -> list[ContactView]:
        """By name: those with a record, and those that stand beside a number."""
        async with self._store.reading() as session:
            rows = (await session.exec(select(ContactRow).where(ContactRow.customer_id == customer_id))).all()
            numbers = await _numbers(session, customer_id)
        known = {row.name: row for row in rows}
        return [_view(name, known.get(name), numbers[name]) for name in sorted({*known, *numbers}, key=str.casefold)]

    async def note(self, customer_id: int, name: str, by: Actor, mail: str = "", *, gets_notices: bool = False) -> int:
        """Adds a contact, or writes down another address of it; gives its number."""
        by.must_be_ours(RULE)
        wanted, address = needs(name, "de contactpersoon een naam heeft", RULE), mail_address(mail, RULE)
        if gets_notices and not address:
            raise Refused("Onderhoud per mail kan nadat een mailadres is ingevuld", "R-104")
        async with self._store.session() as session:
            if await session.get(Customer, customer_id) is None:
                raise Refused(f"Klant {customer_id} is niet bekend", RULE)
            same = select(ContactRow).where(ContactRow.customer_id == customer_id, ContactRow.name == wanted)
            row = (await session.exec(same)).first()
            if row is None:
                row = ContactRow(customer_id=customer_id, name=wanted, noted_by=by.name, noted_at=self._clock.now())
            row.mail, row.gets_notices = address, gets_notices
            row.noted_by, row.noted_at = by.name, self._clock.now()
            session.add(row)
            await session.flush()
            return row.id or 0

    async def remove(self, contact_id: int, by: Actor) -> None:
        """The record and its address; a number keeps the name that stands beside it."""
        by.must_be_ours(RULE)
        async with self._store.session() as session:
            row = await session.get(ContactRow, contact_id)
            if row is None:
                raise Refused(f"Contactpersoon {contact_id} bestaat niet of is al weggehaald", RULE)
            await session.delete(row)


async def _numbers(session: AsyncSession, customer_id: int) -> dict[str, list[str]]:
    """By the name beside them; those without a name are left out."""
    found: dict[str, list[str]] = defaultdict(list)
    theirs = select(PhoneNumber).where(PhoneNumber.customer_id == customer_id).order_by(col(PhoneNumber.e164))
    for row in await session.exec(theirs):
        if row.contact_name:
            found[row.contact_name].append(row.e164)
    return found


def _view(name: str, row: ContactRow | None, numbers: list[str]) -> ContactView:
    if row is None:
        return ContactView(None, name, "", False, tuple(numbers))
    return ContactView(row.id, name, row.mail, row.gets_notices, tuple(numbers))
