"""Rows of the rota to the values that routing works with."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col

from ari_app.desk.refusal import Refused
from ari_app.store.rota_tables import EngineerPhoneRow, HandshakeRow, HandshakeState, RotationRow
from ari_app.store.statements import Asks, ask, ask_all, columns_of
from ari_app.store.tables import DutyRow, EngineerRow
from routing.rota import Duty, Engineer, on_duty
from routing.rotation import Rotation

#: The only words of the agreement about it: the "dienstdoende engineer" of the calamity service.
RULE = "R-056"
_INSTANT = timedelta(microseconds=1)

_ENGINEERS = sa.select(columns_of(EngineerRow)).order_by(col(EngineerRow.id))
_MORE_PHONES = sa.select(columns_of(EngineerPhoneRow)).order_by(col(EngineerPhoneRow.place))
_WORKS_HERE = col(EngineerRow.left_at).is_(None)
_WHOSE_PHONE = sa.select(col(EngineerRow.id)).where(col(EngineerRow.number) == sa.bindparam("number"), _WORKS_HERE)
_WHOSE_OTHER_PHONE = (
    sa.select(col(EngineerPhoneRow.engineer_id))
    .join(EngineerRow, col(EngineerRow.id) == col(EngineerPhoneRow.engineer_id))
    .where(col(EngineerPhoneRow.e164) == sa.bindparam("number"), _WORKS_HERE)
)
_ROTATIONS = sa.select(columns_of(RotationRow)).order_by(col(RotationRow.id))
_DUTIES = (
    sa.select(columns_of(DutyRow))
    .where(col(DutyRow.starts_at) < sa.bindparam("until"), col(DutyRow.ends_at) > sa.bindparam("since"))
    .order_by(col(DutyRow.id))
)
_UNTAKEN = sa.select(col(HandshakeRow.engineer_id)).where(
    col(HandshakeRow.state) == sa.bindparam("missed"),
    col(HandshakeRow.starts_at) <= sa.bindparam("at"),
    col(HandshakeRow.ends_at) > sa.bindparam("at"),
)


async def read_engineers(session: Asks) -> dict[int, Engineer]:
    """By id, also who works here no longer: the past names them. `at_work` leaves them out."""
    more, people = await ask_all(session, (_MORE_PHONES, {}), (_ENGINEERS, {}))
    return {
        row.id: Engineer(
            row.id,
            row.name,
            (row.number, *(phone.e164 for phone in more if phone.engineer_id == row.id)),
            row.line,
            row.left_at is not None,
        )
        for row in people
    }


def at_work(people: Iterable[Engineer]) -> tuple[Engineer, ...]:
    """Those who can have a duty or a ticket, and can be rung and told."""
    return tuple(one for one in people if not one.has_left)


async def read_duties(session: Asks, starts_at: datetime, ends_at: datetime) -> tuple[Duty, ...]:
    """All that touches the period and was not decided yet between them: patterns first, then single rows as they were made."""
    people = await read_engineers(session)
    planned = [
        Duty(people[row.engineer_id], row.starts_at, row.ends_at, row.position, row.is_override)
        for row in await ask(session, _DUTIES, since=starts_at, until=ends_at)
    ]
    by_pattern = [duty for each in await read_rotations(session, people) for duty in each.duties(starts_at, ends_at)]
    return (*by_pattern, *planned)


async def engineers_on_duty(session: Asks, at: datetime) -> tuple[Engineer, ...]:
    """In ringing order; a first in line who did not take the duty comes after the second."""
    untaken = {row.engineer_id for row in await ask(session, _UNTAKEN, missed=HandshakeState.MISSED, at=at)}
    return on_duty(await read_duties(session, at, at + _INSTANT), at, untaken)


async def engineer_named(session: Asks, name: str) -> Engineer:
    """By full name, whatever its case. Raises Refused for who left, and with the names that there are."""
    found = await anybody_named(session, name)
    if found.has_left:
        raise Refused(f"Kan alleen voor wie hier werkt: {found.name} is vertrokken", RULE)
    return found


async def anybody_named(session: Asks, name: str) -> Engineer:
    """The same, also who left."""
    people = (await read_engineers(session)).values()
    for engineer in people:
        if engineer.name.casefold() == name.strip().casefold():
            return engineer
    known = ", ".join(engineer.name for engineer in at_work(people)) or "nog niemand"
    raise Refused(f"Kan alleen voor een engineer die bekend is: {name!r} niet, wel {known}", RULE)


async def engineer_with_phone(session: Asks, number: str) -> int | None:
    """Whose phone this is, by E.164."""
    for owner in await ask(session, _WHOSE_PHONE, number=number):
        return int(owner.id)
    for owner in await ask(session, _WHOSE_OTHER_PHONE, number=number):
        return int(owner.engineer_id)
    return None


async def read_rotations(session: Asks, people: dict[int, Engineer]) -> list[Rotation]:
    """All patterns as they were made, also those that ended."""
    return [
        Rotation(
            row.position,
            tuple(people[engineer_id] for engineer_id in row.engineer_ids),
            row.first_day,
            row.hand_over_at,
            ZoneInfo(row.zone),
            row.weeks,
            row.ends_at,
        )
        for row in await ask(session, _ROTATIONS)
    ]
