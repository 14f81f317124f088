"""Phone hours: the desk's phones ring, in turn or together; who finds them all engaged waits in line."""

import math
from dataclasses import dataclass

from ari_app.asterisk.call import Target
from ari_app.flows.desk_queue import Place, now
from ari_app.flows.open_call import OpenCall
from ari_app.flows.voicemail import voicemail

LEAVE_A_MESSAGE = "1"
#: A phone that is engaged in a call which is not ours is tried again after this many seconds.
ENGAGED_AGAIN = 15.0


@dataclass(frozen=True, slots=True)
class NotServed:
    """Why a caller leaves the line without having talked to the desk: in Dutch, and the prompt that says so."""

    why: str
    prompt: str


_NOBODY = NotServed("De servicedesk nam niet op: inspreken.", "desk-no-answer")
_TOO_LONG = NotServed("De langste wachttijd voor de servicedesk is voorbij: inspreken.", "desk-no-answer")
_RATHER = NotServed("Koos met een toets voor inspreken in plaats van wachten.", "desk-message")


async def desk_line(call: OpenCall) -> None:
    """Music for the caller until a desk phone is picked up; nobody within the set time: voicemail. Raises Hangup."""
    call.report.route = "desk"
    with call.line.desk_queue.place(call.call) as place:
        async with call.call.music():
            not_served = await _Waiting(call, place).until_served()
    if not_served is None:
        return None
    call.because(not_served.why)
    return await voicemail(call, not_served.prompt)


class _Waiting:
    def __init__(self, call: OpenCall, place: Place) -> None:
        self._call = call
        self._place = place
        self._phones = [Target(endpoint.split("/")[-1], endpoint) for endpoint in call.settings.desk_endpoints]
        self._ends_at = now() + call.settings.desk_wait_seconds
        self._tells_at = now()
        self._was_told = False

    async def until_served(self) -> NotServed | None:
        """None: the caller talked to the desk. Raises Hangup."""
        while any(phone.endpoint not in self._place.tried for phone in self._phones):
            if self._wants_to_leave():
                return _RATHER
            if phones := self._place.free(self._phones):
                if await self._ring(phones if self._together else phones[:1]):
                    return None
            elif now() >= self._ends_at:
                return _TOO_LONG
            else:
                await self._wait()
        return _RATHER if self._wants_to_leave() else _NOBODY

    @property
    def _together(self) -> bool:
        return self._call.settings.desk_strategy == "together"

    def _wants_to_leave(self) -> bool:
        return LEAVE_A_MESSAGE in self._call.call.digits

    async def _ring(self, phones: list[Target]) -> bool:
        settings = self._call.settings
        with self._place.using(phones):
            async with self._call.ring(
                *phones, ring_for=settings.desk_ring_for_seconds, unless=self._wants_to_leave
            ) as ringing:
                if leg := ringing.answered:
                    with self._place.talking(leg.target, phones, settings.desk_wrap_up_seconds):
                        if await self._call.talk(leg):
                            return True
                engaged = [leg.target.endpoint for leg in ringing.legs if leg.result == "busy"]
        if now() < self._ends_at:
            self._place.tried -= set(engaged)
            for endpoint in engaged:
                self._place.queue.rest(endpoint, ENGAGED_AGAIN)
        return False

    async def _wait(self) -> None:
        """Until something changes, or it is time to tell how it goes."""
        if now() >= self._tells_at:
            await self._tell()
        until = min(self._ends_at, self._tells_at, self._place.queue.free_at())
        try:
            await self._call.call.wait_for(self._has_changed, within=max(until - now(), 0.001))
        except TimeoutError:
            return

    def _has_changed(self) -> bool | None:
        return True if self._wants_to_leave() or self._place.free(self._phones) else None

    async def _tell(self) -> None:
        call, ahead = self._call, self._place.ahead
        minutes = math.ceil(self._place.queue.expected_wait(ahead, len(self._phones)) / 60)
        told = await call.spoken(_how_it_goes(ahead, minutes, call.report.language or call.settings.language))
        call.note("queue", f"{ahead} ahead, about {minutes} min")
        first = () if self._was_told else ("desk-all-busy",)
        self._was_told = True
        self._tells_at = now() + call.settings.desk_tell_every_seconds
        await call.hear_over_music(*first, *told, "desk-press-for-message")


def _how_it_goes(ahead: int, minutes: int, language: str) -> str:
    if language == "en":
        place = (
            f"There {'is one caller' if ahead == 1 else f'are {ahead} callers'} before you."
            if ahead
            else "You are first."
        )
        return f"{place} Waiting takes about {minutes} {'minute' if minutes == 1 else 'minutes'}."
    before = "is een wachtende" if ahead == 1 else f"zijn {ahead} wachtenden"
    place = f"Er {before} voor u." if ahead else "U bent de eerste in de rij."
    return f"{place} De wachttijd is ongeveer {minutes} {'minuut' if minutes == 1 else 'minuten'}."
