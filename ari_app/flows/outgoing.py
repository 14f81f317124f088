"""Calls that the line makes by itself: a customer is called back, an engineer takes a duty or an urgent message by key."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ari_app.asterisk.client import AriClient
from ari_app.clock import Clock
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.call_backs import BrokenOff, CallBack, CallBackOutcome, note_call_back, record_call_back
from ari_app.desk.engineer_calls import EngineerCall
from ari_app.desk.refusal import Refused
from ari_app.flows.asking_engineer import AskingEngineer
from ari_app.flows.call_back import CallingBack
from ari_app.flows.open_call import Surroundings
from ari_app.flows.strays import Strays
from ari_app.store.tables import Role

log = structlog.get_logger()

#: Engineers who are rung at once, of all that wait.
AT_ONCE = 5
KEEP_AGAIN_AFTER = 5.0


class KeysOfEngineers:
    """What a key that an engineer presses in our call does."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def take_duty(self, engineer_id: int) -> None:
        await self._desk.handshake.take(engineer_id, "keypad")

    async def claim(self, ticket: str, engineer: str) -> None:
        await self._desk.urgent.claim(ticket, Actor(engineer, Role.ENGINEER), "key")

    async def is_claimed_by(self, ticket: str) -> str:
        found = await self._desk.urgent.of_ticket(ticket)
        return "" if found is None else found.claimed_by or ""

    async def listened(self, ticket: str, engineer: str) -> None:
        await self._desk.log_play(ticket, engineer, self._desk.now())

    async def number_on(self, ticket: str) -> str:
        return await self._desk.call_backs.number_on(ticket)


@dataclass
class Outgoing:
    """Takes what was asked for, one by one, and writes down what became of it. `calls` holds the calls that are on."""

    client: AriClient
    desk: Desk
    clock: Clock
    line: Surroundings
    calls: asyncio.TaskGroup
    strays: Strays
    _has_recovered: bool = False
    _asking: set[int] = field(default_factory=set)

    async def tick(self) -> None:
        """Every second. Nothing is taken as long as Asterisk is away: another line may have one."""
        if not self.client.connected.is_set():
            return
        if not self._has_recovered:
            self._has_recovered = True
            await self._recover()
        if asked := await self.desk.call_backs.take():
            self.calls.create_task(self._call_back(asked), name=f"call back {asked.id}")
        while len(self._asking) < AT_ONCE and (call := await self.desk.engineer_calls.take()):
            self._asking.add(call.id)
            self.calls.create_task(self._ask(call), name=f"engineer call {call.id}")

    async def _call_back(self, asked: CallBack) -> None:
        try:
            outcome = await CallingBack(self.client, self.line, self.clock.pinned(), asked).run()
        except Exception as failure:
            log.exception("A call back could not be made", action="call_back_failed", ticket=asked.ticket)
            outcome = CallBackOutcome(f"Terugbellen lukte niet: er ging iets mis in de lijn ({failure!r}).")
        await self._keep(asked.id, asked.ticket, asked.asked_by, outcome)

    async def _ask(self, call: EngineerCall) -> None:
        asking = AskingEngineer(self.client, self.line, self.clock.pinned(), KeysOfEngineers(self.desk), call)
        try:
            why = await asking.run()
        except Exception as failure:
            log.exception("An engineer could not be rung", action="engineer_call_failed", call=call.id)
            why = f"{call.engineer.name} kon niet worden gebeld: er ging iets mis in de lijn ({failure!r})."
        finally:
            self._asking.discard(call.id)
        is_taken_up = asking.is_taken_up
        await _until_kept(lambda: self.desk.engineer_calls.ended(call.id, why, is_taken_up=is_taken_up))
        if outcome := asking.called_back:
            by = Actor(call.engineer.name, Role.ENGINEER)
            await _until_kept(lambda: self.desk.change(call.ticket, by, note_call_back, outcome))

    async def _recover(self) -> None:
        """Calls of the service that ran before this one: who still talks goes on, of the others the ticket says what happened."""
        await self.desk.engineer_calls.end_broken_off()
        for broken in await self.desk.call_backs.broken_off():
            self.calls.create_task(self._see_to(broken), name=f"broken call back {broken.id}")

    async def _see_to(self, broken: BrokenOff) -> None:
        began = self.clock.now()
        if await self.strays.call_back_to_its_end(broken.id):
            why = f"Teruggebeld door {broken.phone}: gesproken; de dienst werd tijdens het gesprek herstart."
            outcome = CallBackOutcome(why, began, self.clock.now())
        else:
            outcome = CallBackOutcome(f"Terugbellen door {broken.phone} brak af: de dienst werd herstart. Bel opnieuw.")
        await self._keep(broken.id, broken.ticket, broken.asked_by, outcome)

    async def _keep(self, call_back: int, ticket: str, by: str, outcome: CallBackOutcome) -> None:
        actor = Actor(by, Role.ENGINEER)
        await _until_kept(lambda: self.desk.change(ticket, actor, record_call_back, call_back, outcome))


async def _until_kept(write: Callable[[], Awaitable[None]]) -> None:
    """Again and again as long as the database is away: what happened on the phone must stand on the ticket."""
    while True:
        try:
            return await write()
        except (SQLAlchemyError, OSError) as away:
            log.warning("What came of a call waits for the database", action="outgoing_not_kept", why=repr(away)[:200])
        except Refused as refused:
            log.error("What came of a call can't be kept", action="outgoing_refused", why=str(refused))
            return None
        await asyncio.sleep(KEEP_AGAIN_AFTER)
