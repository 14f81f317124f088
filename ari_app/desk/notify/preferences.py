"""How a person wants to be told: checked, and kept."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import time

from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.mail_address import mail_address
from ari_app.desk.notify.subjects import CHOSEN
from ari_app.desk.refusal import Refused
from ari_app.store.account_tables import AccountRow
from ari_app.store.telling_tables import ReachRow
from routing.caller import normal_form

#: Access to what people see of customers is by our own people only.
RULE = "R-113"
_TOPIC = re.compile(r"[A-Za-z0-9!#@_-][A-Za-z0-9_.:!#@-]*")


@dataclass(frozen=True, slots=True)
class Preferences:
    """`phone` in any way of writing; `quiet` local times, both or none. `ways`: subject to channels in order; a subject that
    is not there goes by every channel, one with none is not told."""

    mail: str = ""
    phone: str = ""
    topic: str = ""
    quiet: tuple[time, time] | None = None
    ways: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


async def read_preferences(session: AsyncSession, account_id: int) -> Preferences:
    row = await session.get(ReachRow, account_id)
    if row is None:
        return Preferences()
    quiet = (row.quiet_from, row.quiet_until) if row.quiet_from and row.quiet_until else None
    return Preferences(row.mail, row.phone, row.topic, quiet, {name: tuple(ways) for name, ways in row.ways.items()})


async def write_preferences(
    session: AsyncSession, account_id: int, wanted: Preferences, channels: Collection[str]
) -> None:
    """`channels`: those that there are. Raises Refused, and then nothing is changed."""
    if await session.get(AccountRow, account_id) is None:
        raise Refused("Kan alleen voor een account dat bestaat", RULE)
    unknown = {name for ways in wanted.ways.values() for name in ways} - set(channels)
    if unknown or set(wanted.ways) - set(CHOSEN):
        raise Refused("Kan alleen met onderwerpen en kanalen die op de pagina staan", RULE)
    row = await session.get(ReachRow, account_id) or ReachRow(account_id=account_id)
    row.mail, row.phone, row.topic = mail_address(wanted.mail, RULE), _phone(wanted.phone), _topic(wanted.topic)
    row.quiet_from, row.quiet_until = _quiet(wanted.quiet)
    row.ways = {name: list(ways) for name, ways in wanted.ways.items()}
    session.add(row)


def _phone(text: str) -> str:
    if not text.strip():
        return ""
    e164 = normal_form(text)
    if e164 is None:
        raise Refused(f"{text!r} is geen telefoonnummer: schrijf het als 06 12345678", RULE)
    return e164


def _topic(text: str) -> str:
    topic = text.strip()
    if topic and (len(topic) > 100 or not _TOPIC.fullmatch(topic)):
        raise Refused(f"{topic!r} kan geen kanaalnaam zijn: gebruik letters, cijfers, - en _", RULE)
    return topic


def _quiet(quiet: tuple[time, time] | None) -> tuple[time | None, time | None]:
    if quiet is None:
        return None, None
    if quiet[0] == quiet[1]:
        raise Refused("Kan nadat de stille uren een begin en een ander einde hebben", RULE)
    return quiet
