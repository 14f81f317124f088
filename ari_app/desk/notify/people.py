"""Whom we can tell, and how they want to be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.channel_settings import AddressKind
from ari_app.desk.notify.subjects import Subject
from ari_app.store.account_tables import AccountRow
from ari_app.store.contact_tables import ContactRow
from ari_app.store.tables import EngineerRow, Role
from ari_app.store.telling_tables import ReachRow

#: How the key of a contact of a customer begins.
CONTACT = "contact:"


@dataclass(frozen=True, slots=True)
class Person:
    """An account, or an engineer of the rota who has none. `addresses`: only those that are known."""

    key: str
    name: str
    role: Role | None = None
    engineer_id: int | None = None
    addresses: Mapping[AddressKind, str] = field(default_factory=dict)
    #: Local, [begin, end); None: never quiet.
    quiet: tuple[time, time] | None = None
    #: What this person chose; a subject that is not there: every channel.
    chosen: Mapping[str, list[str]] = field(default_factory=dict)

    def channels(self, subject: Subject, ways: Mapping[str, AddressKind], *, all_of_them: bool = False) -> list[str]:
        """Those that can reach this person, the first one first. `all_of_them`: whatever was chosen."""
        possible = [name for name, kind in ways.items() if self.addresses.get(kind)]
        wanted = self.chosen.get(subject)
        if all_of_them or wanted is None or subject is Subject.TEST:
            return possible
        return [name for name in wanted if name in possible]

    def wakes_at(self, now: datetime, zone: ZoneInfo) -> datetime:
        """`now`, or the end of the quiet hours that `now` lies in."""
        if self.quiet is None:
            return now
        begin, end = self.quiet
        local = now.astimezone(zone)
        clock = local.time()
        is_quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
        if not is_quiet:
            return now
        day = local.date() if clock < end else local.date() + timedelta(days=1)
        return datetime.combine(day, end, zone)


async def read_people(session: AsyncSession, *, with_left: bool = False) -> list[Person]:
    """All accounts but those that are disabled, and the engineers without one. An engineer who left, or whose account is
    disabled, is out: told nothing, whatever the rota says. `with_left`: for names of the past, also engineers who left."""
    is_here = sa.true() if with_left else col(EngineerRow.left_at).is_(None)
    rows = await session.exec(
        select(AccountRow, ReachRow, EngineerRow)
        .outerjoin(ReachRow, col(ReachRow.account_id) == col(AccountRow.id))
        .outerjoin(EngineerRow, col(EngineerRow.id) == col(AccountRow.engineer_id))
        .where(col(AccountRow.is_disabled).is_(False), is_here)
        .order_by(col(AccountRow.id))
    )
    people = [person_of(account, reach, engineer) for account, reach, engineer in rows]
    linked = select(AccountRow.engineer_id).where(col(AccountRow.engineer_id).is_not(None))
    with_account = set(await session.exec(linked))
    others = await session.exec(select(EngineerRow).where(is_here).order_by(col(EngineerRow.id)))
    return people + [_engineer(one) for one in others if one.id not in with_account]


async def read_contacts(session: AsyncSession) -> list[Person]:
    """Contacts of customers with a mail address: told what is for customers, and nothing else."""
    rows = await session.exec(select(ContactRow).where(ContactRow.mail != ""))
    return [Person(f"{CONTACT}{row.id}", row.name, addresses=_known(mail=row.mail)) for row in rows]


def person_of(account: AccountRow, reach: ReachRow | None, engineer: EngineerRow | None) -> Person:
    phone = (reach.phone if reach else "") or (engineer.number if engineer else "")
    return Person(
        key=f"account:{account.id}",
        name=engineer.name if engineer else account.username,
        role=account.role,
        engineer_id=account.engineer_id,
        addresses=_known(mail=reach.mail if reach else "", phone=phone, topic=reach.topic if reach else ""),
        quiet=(reach.quiet_from, reach.quiet_until) if reach and reach.quiet_from and reach.quiet_until else None,
        chosen=reach.ways if reach else {},
    )


def supervisors(people: Sequence[Person]) -> list[Person]:
    """The administrators where there is no supervisor yet."""
    found = [person for person in people if person.role is Role.SUPERVISOR]
    return found or [person for person in people if person.role is Role.ADMINISTRATOR]


def _engineer(row: EngineerRow) -> Person:
    return Person(f"engineer:{row.id}", row.name, engineer_id=row.id, addresses=_known(phone=row.number))


def _known(mail: str = "", phone: str = "", topic: str = "") -> dict[AddressKind, str]:
    all_kinds: dict[AddressKind, str] = {"mail": mail, "phone": phone, "topic": topic}
    return {kind: address for kind, address in all_kinds.items() if address}
