"""Calamity hours: the engineers on duty are rung, one after another or together, until one presses 1."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from ari_app.asterisk.call import Leg, Race
from ari_app.asterisk.channel import Hangup
from ari_app.flows.in_call import in_call
from ari_app.flows.open_call import OpenCall
from ari_app.flows.phones import phone_of
from ari_app.flows.voicemail import voicemail
from ari_app.flows.whisper import DECLINED, NOT_NOW, accepts, briefing
from routing.rota import Engineer

#: A phone that answered so, or could not be reached, says nothing about the engineer's next phone.
_TRIES_NEXT_PHONE = frozenset({"no_answer", "unreachable", "not_accepted", "not_dialled"})

#: What an engineer answered on the duty page while the phone rang.
ON_PAGE = {
    DECLINED: "Koos op de dienstpagina: de volgende.",
    NOT_NOW: "Koos op de dienstpagina: nu niet, in dit gesprek niet opnieuw gebeld.",
}


async def calamity_line(call: OpenCall, engineers: tuple[Engineer, ...]) -> None:
    """The caller has an SLA and hears music while we look for an engineer; nobody: voicemail. Raises Hangup."""
    call.report.route = "on_duty"
    try:
        if await _talked(call, engineers):
            return None
        call.because("Geen dienstdoende engineer nam het gesprek aan: inspreken.")
    except Hangup:
        if call.report.talk_started_at is None:
            call.because("De beller hing op voordat een engineer het gesprek aannam.")
        raise
    finally:
        if call.report.talk_started_at is None:  # whoever left in despair, or in a crash, is told of as well
            call.report.not_taken_by = [engineer.id for engineer in engineers]
    return await voicemail(call, "calamity-nobody-free")


async def _talked(call: OpenCall, engineers: tuple[Engineer, ...]) -> bool:
    async with search(call, engineers) as found:
        while leg := await found.next():
            try:
                if await in_call(call, leg):
                    return True
            finally:
                await call.let_go(leg)
    return False


class Search:
    """Looks for an engineer who accepts. Goes on where it stopped when the line of one breaks before they talk."""

    def __init__(self, call: OpenCall, engineers: tuple[Engineer, ...], whispered: list[str]) -> None:
        self.call = call
        self._engineers = engineers
        self._whispered = whispered
        self._not_now: set[int] = set()
        self._turns = self._in_order()
        self._ends_at = _now() + call.settings.search_at_most_seconds
        self._round, self._round_began = 0, _now()
        self._asked = 0
        self._others: set[asyncio.Task[Leg | None]] = set()

    async def next(self) -> Leg | None:
        """The engineer who accepted, still on the line; None: nobody, within all rounds. Raises Hangup of the caller."""
        async with self.call.call.music(), self._told_how_it_goes():
            for round_, group in self._turns:
                asked = [one for one in group if one.id not in self._not_now]
                if not asked:  # no caller waits for a round in which nobody is rung
                    continue
                await self._begin(round_)
                if self._left <= 0:
                    self.call.because("De langste tijd om een engineer te zoeken is voorbij.")
                    return None
                if leg := await self._ask(asked):
                    return leg
        return None

    async def finish(self) -> None:
        """Waits for those who still hear that somebody else was faster."""
        await asyncio.gather(*self._others, return_exceptions=True)

    def stop(self) -> None:
        for task in self._others:
            task.cancel()

    def _in_order(self) -> Iterator[tuple[int, list[Engineer]]]:
        together = self.call.settings.engineer_strategy == "together"
        groups = [list(self._engineers)] if together else [[engineer] for engineer in self._engineers]
        for round_ in range(self.call.settings.ring_rounds):
            yield from ((round_, group) for group in groups)

    async def _begin(self, round_: int) -> None:
        """Whoever was busy gets the time of one ringing before the next round."""
        if round_ == self._round:
            return
        pause = min(self._round_began + self.call.settings.ring_for_seconds - _now(), self._left)
        if pause > 0:
            await self.call.call.pause(pause)
        self._round, self._round_began = round_, _now()
        self.call.note("engineer", f"round {round_ + 1}")

    async def _ask(self, engineers: list[Engineer]) -> Leg | None:
        """Rings engineers side by side. Who accepts first is given at once; the others hear so meanwhile."""
        race = Race()
        self._asked += 1
        asking = {asyncio.create_task(self._ask_one(engineer, race)) for engineer in engineers}
        self._others |= asking
        while asking:
            done, asking = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
            self._others -= done
            for leg in [task.result() for task in done]:  # raises Hangup
                if leg:
                    return leg
        return None

    async def _ask_one(self, engineer: Engineer, race: Race) -> Leg | None:
        engaged = self.call.line.engaged
        if engineer.id in engaged:
            self.call.note("engineer", f"{engineer.name}: engaged")
            self.call.because(f"{engineer.name} is in een ander gesprek van de lijn: niet gebeld.")
            return None
        engaged.add(engineer.id)
        leg: Leg | None = None
        try:
            leg = await self._ring_phones(engineer, race)
        finally:
            if leg is None:
                engaged.discard(engineer.id)
        return leg

    async def _ring_phones(self, engineer: Engineer, race: Race) -> Leg | None:
        """The phones of one engineer in turn, as long as nobody but a voicemail box answers."""
        for number in engineer.numbers:
            if race.winner or self._left <= 0:
                return None
            phone = phone_of(engineer, number, self.call.line.trunk)
            ring_for = max(1.0, min(self.call.settings.ring_for_seconds, self._left))
            self.call.line.calls_now.forget_answer(self.call.call.id, engineer.id)
            async with self.call.ring(
                phone, ring_for=ring_for, race=race, unless=lambda: bool(self._said_on_page(engineer))
            ) as ringing:
                report = self.call.leg_report(ringing.legs[0])
                if ringing.answered is None and (said := self._said_on_page(engineer)):
                    report.result, report.why = said, ON_PAGE[said]
                elif ringing.answered and await accepts(self.call, ringing.answered, race, self._whispered):
                    return ringing.keep(ringing.answered)
            if report.result == NOT_NOW:
                self._not_now.add(engineer.id)
            if report.result not in _TRIES_NEXT_PHONE:
                return None
        return None

    def _said_on_page(self, engineer: Engineer) -> str:
        return self.call.line.calls_now.answer_of(self.call.call.id, engineer.id)

    @asynccontextmanager
    async def _told_how_it_goes(self) -> AsyncIterator[None]:
        telling = asyncio.create_task(self._tell())
        try:
            yield
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(self.call.settings.progress_every_seconds)
            prompt = "calamity-still-trying" if self._asked < 2 else "calamity-trying-next"
            try:
                await self.call.say_over_music(prompt)
            except Hangup:
                return  # whoever rings finds out as well

    @property
    def _left(self) -> float:
        return self._ends_at - _now()


@asynccontextmanager
async def search(call: OpenCall, engineers: tuple[Engineer, ...]) -> AsyncIterator[Search]:
    """No phone rings on, and nobody is left on the line, behind the block."""
    found = Search(call, engineers, await briefing(call))
    try:
        yield found
    except Hangup:
        raise  # whoever listens hears that the caller left
    except BaseException:
        found.stop()
        raise
    finally:
        await found.finish()


def _now() -> float:
    return asyncio.get_running_loop().time()
