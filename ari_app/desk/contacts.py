"""People at customers (R-141): end users who call, and whom we write to about planned maintenance (R-104)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.directory import in_e164, number_row, taken
from ari_app.desk.holds import Holds
from ari_app.desk.mail_address import mail_address
from ari_app.desk.refusal import NotThere, Refused, must_fit, needs
from ari_app.store.contact_tables import ContactRow
from ari_app.store.contract_tables import DeclinedExclusionRow, ExclusionRow
from ari_app.store.database import Store
from ari_app.store.tables import Customer, PhoneNumber

RULE = "R-141"
#: What names a contact beside its own record.
_NAMED: tuple[type[PhoneNumber | ExclusionRow | DeclinedExclusionRow], ...] = (
    PhoneNumber,
    ExclusionRow,
    DeclinedExclusionRow,
)


@dataclass(frozen=True, slots=True)
class ContactView:
    """`id` None: known by the name beside a number only. `numbers`: E.164. `gets_notices`: told of planned maintenance."""

    id: int | None
    name: str
    mail: str
    gets_notices: bool
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """What of a contact becomes different; None: it stays as it is. `numbers`, in any way of writing: all of theirs."""

    name: str | None = None
    mail: str | None = None
    gets_notices: bool | None = None
    numbers: Sequence[str] | None = None


class Contacts:
    """All commands raise Refused and then change nothing."""

    def __init__(self, store: Store, clock: Clock, holds: Holds) -> None:
        self._store = store
        self._clock = clock
        self._holds = holds

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
        wanted, address = _name(name), _address(mail, gets_notices)
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

    async def change(self, customer_id: int, name: str, changed: Changed, by: Actor) -> ContactView:
        """Another name goes along to the numbers and to exclusions of that person. A number that is left out is nobody's
        from now on; one of another contact of this customer becomes theirs."""
        by.must_be_ours(RULE)
        wanted = None if changed.numbers is None else {in_e164(number) for number in changed.numbers}
        async with self._store.session() as session:
            mine, row = await self._known(session, customer_id, name)
            row.mail = _address(
                row.mail if changed.mail is None else changed.mail,
                row.gets_notices if changed.gets_notices is None else changed.gets_notices,
            )
            row.gets_notices = row.gets_notices if changed.gets_notices is None else changed.gets_notices
            row.noted_by, row.noted_at = by.name, self._clock.now()
            if changed.name is not None:
                await self._rename(session, row, mine, _name(changed.name))
            session.add(row)
            if wanted is not None:
                await self._set_numbers(session, row, mine, wanted)
            await session.flush()
            return _view(row.name, row, (await _numbers(session, customer_id))[row.name])

    async def _known(self, session: AsyncSession, customer_id: int, name: str) -> tuple[list[str], ContactRow]:
        """The numbers and the record, a new one for who stands beside a number only. Raises NotThere."""
        mine = (await _numbers(session, customer_id))[name]
        same = select(ContactRow).where(ContactRow.customer_id == customer_id, ContactRow.name == name)
        row = (await session.exec(same)).first()
        if row is None and not mine:
            raise NotThere(f"{name or 'Wie geen naam heeft'} is geen contactpersoon van deze klant", RULE)
        now = self._clock.now()
        return mine, row or ContactRow(customer_id=customer_id, name=name, noted_by="", noted_at=now)

    async def remove(self, customer_id: int, contact_id: int, by: Actor) -> None:
        """The record and its address; a number keeps the name that stands beside it."""
        by.must_be_ours(RULE)
        async with self._store.session() as session:
            row = await session.get(ContactRow, contact_id)
            if row is None or row.customer_id != customer_id:
                raise NotThere(f"Contactpersoon {contact_id} is niet van deze klant of is al weggehaald", RULE)
            await self._holds.must_not_cover(session, customer_id, (await _numbers(session, customer_id))[row.name])
            await session.delete(row)

    async def _rename(self, session: AsyncSession, row: ContactRow, mine: Collection[str], name: str) -> None:
        """Whoever was excluded stays it under another name (A-12)."""
        records = await session.exec(select(ContactRow.name).where(ContactRow.customer_id == row.customer_id))
        others = {*records, *await _numbers(session, row.customer_id)} - {row.name}
        if name.casefold() in {one.casefold() for one in others}:
            raise Refused(f"{name} staat al bij deze klant: kies een andere naam, of haal die eerst weg", RULE)
        if name != row.name:
            await self._holds.must_not_cover(session, row.customer_id, mine)
        for table in _NAMED:
            theirs = col(table.customer_id) == row.customer_id, col(table.contact_name) == row.name
            await session.exec(update(table).where(*theirs).values(contact_name=name))
        row.name = name

    async def _set_numbers(
        self, session: AsyncSession, row: ContactRow, before: Collection[str], wanted: Collection[str]
    ) -> None:
        for e164 in sorted({*before, *wanted}):
            known = await number_row(session, e164)
            if known is not None and known.customer_id != row.customer_id:
                raise taken(known)
            if known is not None and (e164 not in wanted or known.contact_name != row.name):
                await self._holds.must_not_cover(session, row.customer_id, [e164])
            if known is not None and e164 not in wanted:
                await session.delete(known)
            else:
                known = known or PhoneNumber(e164=e164, customer_id=row.customer_id)
                known.contact_name = row.name
                session.add(known)


def _name(name: str) -> str:
    return must_fit("De naam", needs(name, "de contactpersoon een naam heeft", RULE), ContactRow.name, RULE)


def _address(mail: str, gets_notices: bool) -> str:
    address = mail_address(mail, RULE)
    if gets_notices and not address:
        raise Refused("Onderhoud per mail kan nadat een mailadres is ingevuld", "R-104")
    return address


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
