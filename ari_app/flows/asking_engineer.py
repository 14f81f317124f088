"""The line rings an engineer of ours, who takes a duty or an urgent message with a key, and may call the customer back at once.

A caller id can be forged, a phone that we ring can't: so these keys count here, and not when somebody calls in.
"""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ari_app.asterisk.call import Leg, Party
from ari_app.asterisk.channel import Hangup
from ari_app.asterisk.client import AriClient
from ari_app.clock import Clock
from ari_app.desk.call_backs import CallBackOutcome
from ari_app.desk.engineer_calls import EngineerCall
from ari_app.desk.refusal import Refused
from ari_app.flows.call_back import call_customer
from ari_app.flows.open_call import Surroundings
from ari_app.flows.phones import phone_of, result_in_words
from ari_app.flows.whisper import asked
from ari_app.store.engineer_call_tables import Purpose
from routing.caller import spoken_form

log = structlog.get_logger()

TAKE, LISTEN, LATER = "1", "2", "3"
#: What the desk says of a message, and why it refuses, is Dutch on every line.
OF_THE_DESK = "nl"
CALL_BACK = "1"
#: How often an engineer hears the same message.
MOST_TIMES = 5
#: A phone of which this became says nothing about the next one of the engineer: a voicemail box presses no key.
NOT_PRESSED, HUNG_UP = "drukte niet op 1", "hing op"
_TRIES_NEXT = frozenset({"no_answer", "unreachable", "not_dialled", NOT_PRESSED, HUNG_UP})


class Desk(Protocol):
    """What a key of the engineer does. `take_duty` and `claim` raise Refused."""

    async def take_duty(self, engineer_id: int) -> None: ...
    async def claim(self, ticket: str, engineer: str) -> None: ...
    async def is_claimed_by(self, ticket: str) -> str: ...
    async def listened(self, ticket: str, engineer: str) -> None: ...
    async def number_on(self, ticket: str) -> str: ...


@dataclass
class AskingEngineer:
    """One call. `is_taken_up` after `run`: the engineer took it. `called_back`: what became of a call to the customer."""

    client: AriClient
    line: Surroundings
    clock: Clock
    desk: Desk
    asked: EngineerCall
    is_taken_up: bool = False
    called_back: CallBackOutcome | None = None
    _told: list[str] = field(default_factory=list)

    async def run(self) -> str:
        """Gives what became of it, in Dutch. Never raises what a phone does."""
        engineer = self.asked.engineer
        if engineer.id in self.line.engaged:
            return f"{engineer.name} is in een ander gesprek van de lijn: niet gebeld."
        self.line.engaged.add(engineer.id)
        try:
            await self._ring_in_turn()
        finally:
            self.line.engaged.discard(engineer.id)
            self.client.guard.forget(self._party)
        return f"{engineer.name} gebeld: {'; '.join(self._told) or 'geen nummer'}."

    @property
    def _party(self) -> str:
        return f"ask-{self.asked.id}"

    async def _ring_in_turn(self) -> None:
        nobody, engineer, settings = Party(self.client, self._party), self.asked.engineer, self.line.settings
        for number in engineer.numbers:
            phone = phone_of(engineer, number, self.line.trunk)
            async with nobody.ring(
                phone, ring_for=settings.ring_for_seconds, caller_id=settings.service_number
            ) as ringing:
                leg, rung = ringing.answered, ringing.legs[0]
                told = result_in_words(rung) if leg is None else await self._speak_with(leg)
                became = rung.result if leg is None else told
            self._told.append(f"{spoken_form(number)} {told}" if number else told)
            if became not in _TRIES_NEXT:
                return

    async def _speak_with(self, leg: Leg) -> str:
        try:
            match self.asked.purpose:
                case Purpose.DUTY:
                    return await self._duty(leg)
                case Purpose.URGENT:
                    return await self._message(leg)
        except Hangup:
            return HUNG_UP if not self.is_taken_up else "nam het op zich"

    async def _duty(self, leg: Leg) -> str:
        if await asked(leg, [self.line.media("duty-press-1")], keys=TAKE) != TAKE:
            return NOT_PRESSED
        if why := await self._refused(self.desk.take_duty(self.asked.engineer.id)):
            await leg.part(self.line.media("engineer-keys-failed"))
            return f"kon de dienst niet nemen ({why})"
        self.is_taken_up = True
        await leg.part(self.line.media("duty-taken"))
        return "nam de dienst"

    async def _message(self, leg: Leg) -> str:
        if by := await self.desk.is_claimed_by(self.asked.ticket):
            return await self._too_late(leg, f"Al opgepakt door {by}")
        about = await self._media_of(self.asked.about)
        for _ in range(MOST_TIMES):
            key = await asked(leg, [*about, self.line.media("engineer-urgent-keys")], keys=TAKE + LISTEN + LATER)
            if key == LISTEN:
                await self._listen(leg)
                continue
            return await self._claim(leg) if key == TAKE else "drukte op 3: nu niet" if key else NOT_PRESSED
        return "luisterde, en drukte niet op 1"

    async def _listen(self, leg: Leg) -> None:
        """The look at it is noted, as on the page (R-114)."""
        recording = self.asked.recording
        if recording is None or not recording.is_file():
            return
        await self.desk.listened(self.asked.ticket, self.asked.engineer.name)
        await leg.play(f"sound:{recording.with_suffix('')}")  # a key that ends it is read by the question behind it

    async def _claim(self, leg: Leg) -> str:
        """Of two who press at once one has it, and the other hears who."""
        if why := await self._refused(self.desk.claim(self.asked.ticket, self.asked.engineer.name)):
            return await self._too_late(leg, why)
        self.is_taken_up = True
        await self._call_back(leg)
        return "nam het op zich"

    async def _too_late(self, leg: Leg, why: str) -> str:
        told = await self._media_of(why.partition(" (")[0])  # no number of a rule in somebody's ear
        await leg.part(*(told or [self.line.media("engineer-urgent-taken")]))
        return f"kwam te laat ({why})"

    async def _call_back(self, leg: Leg) -> None:
        try:
            number = await self.desk.number_on(self.asked.ticket)
        except Refused:  # an anonymous caller who left no number
            return await leg.part(self.line.media("engineer-urgent-yours"))
        question = [self.line.media("engineer-urgent-yours"), self.line.media("engineer-press-1-call-back")]
        if await asked(leg, question, keys=CALL_BACK) == CALL_BACK:
            self.called_back = await call_customer(leg, number, self.line, self.clock)
        return None

    async def _media_of(self, text: str) -> list[str]:
        spoken = await self.line.spoken_name(text, OF_THE_DESK)
        return [spoken] if spoken else []

    async def _refused(self, command: Awaitable[None]) -> str:
        """Why the desk refused it, or that the database is away; "": it is done."""
        try:
            await command
        except Refused as refused:
            return str(refused)
        except (SQLAlchemyError, OSError):
            log.exception("A key of an engineer could not be carried out", action="engineer_key_failed")
            return "de database is niet bereikbaar"
        return ""
