"""What the line has for an engineer who calls in: a duty to take, or an urgent message that nobody claimed."""

from dataclasses import dataclass
from datetime import datetime

from ari_app.desk.engineer_calls import EngineerCalls
from ari_app.desk.refusal import Refused
from ari_app.desk.rota_handshake import Handshake
from ari_app.desk.rota_reading import RULE, engineer_with_phone, read_engineers
from ari_app.desk.urgent import UrgentMessages
from ari_app.store.database import Store
from ari_app.store.engineer_call_tables import Purpose


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the engineer with this id is to be called for. `ticket`: of the message."""

    engineer_id: int
    name: str
    purpose: Purpose
    ticket: str = ""


class ForEngineers:
    """Asked in every call, so a number that is nobody's of us costs one look at a small table."""

    def __init__(self, store: Store, handshake: Handshake, urgent: UrgentMessages, calls: EngineerCalls) -> None:
        self._store = store
        self._handshake = handshake
        self._urgent = urgent
        self._calls = calls

    async def wanted_from(self, number: str, at: datetime) -> Wanted | None:
        """`number` in E.164. A duty goes before a message; of messages the one that waits longest."""
        async with self._store.looking() as session:
            owner = await engineer_with_phone(session, number)
            if owner is None:
                return None
            name = (await read_engineers(session))[owner].name
        offer = await self._handshake.offer(owner, at)
        if offer is not None and not offer.is_taken:
            return Wanted(owner, name, Purpose.DUTY)
        waiting = await self._urgent.waiting()
        return Wanted(owner, name, Purpose.URGENT, waiting[0].ticket) if waiting else None

    async def test_phone(self, engineer_id: int) -> None:
        """The line rings the phones of who is first in line, or will be soon; key 1 takes the duty. Raises Refused."""
        if await self._handshake.offer(engineer_id) is None:
            raise Refused("Kan zolang je als eerste aan de beurt bent, of dat binnenkort bent", RULE)
        if not await self._calls.ask(engineer_id, Purpose.DUTY):
            raise Refused("Kan hoogstens drie keer per uur: probeer het later, of bel zelf de lijn", RULE)

    async def ask(self, wanted: Wanted) -> bool:
        """The engineer is rung within seconds; False: too often lately."""
        return await self._calls.ask(wanted.engineer_id, wanted.purpose, wanted.ticket)


class AskedForNobody(ForEngineers):
    """In calls that nobody makes: looks as in any other, and rings nobody."""

    async def ask(self, wanted: Wanted) -> bool:
        return await self._calls.may_ask(wanted.engineer_id, wanted.purpose)
