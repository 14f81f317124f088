"""Who waits for the desk, in order of coming, and which desk phones may ring: shared by all calls of a line.

A phone that rings or talks for one caller is not rung for another, nor while its owner writes down the call before. What
changes wakes everybody who waits. Moments are those of the event loop's clock, in seconds.
"""

import asyncio
import math
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ari_app.asterisk.call import Call, Target

#: What a call at the desk takes as long as there was none, and of how many the mean is taken.
USUAL_TALK_SECONDS, TALKS_COUNTED = 180.0, 20


@dataclass(eq=False)
class Place:
    """One caller in the line. `tried`: phones that rang for this caller, by endpoint."""

    queue: "DeskQueue"
    call: Call
    tried: set[str] = field(default_factory=set)
    is_ringing: bool = False
    is_talking: bool = False

    @property
    def ahead(self) -> int:
        """Callers who came before and still wait."""
        return sum(not one.is_talking for one in self.queue.before(self))

    def free(self, phones: Iterable[Target]) -> list[Target]:
        """Phones that may ring for this caller now; whoever came before and waits for one goes first."""
        waiting = [one for one in self.queue.before(self) if not one.is_ringing]
        return [
            phone
            for phone in phones
            if phone.endpoint not in self.tried
            and self.queue.is_free(phone.endpoint)
            and all(phone.endpoint in one.tried for one in waiting)
        ]

    @contextmanager
    def using(self, phones: list[Target]) -> Iterator[None]:
        """Nobody else rings these phones within the block."""
        self.is_ringing = True
        self.tried |= {phone.endpoint for phone in phones}
        for phone in phones:
            self.queue.in_use[phone.endpoint] = math.inf
        try:
            yield
        finally:
            self.is_ringing = self.is_talking = False
            self.queue.release([phone.endpoint for phone in phones])

    @contextmanager
    def talking(self, phone: Target, others: list[Target], wrap_up: float) -> Iterator[None]:
        """Within `using`: one phone was picked up, the others are free; the one rests `wrap_up` seconds after the block."""
        self.queue.release([other.endpoint for other in others if other is not phone])
        began = now()
        self.is_talking = True
        try:
            yield
        finally:
            self.queue.talks.append(now() - began)
            self.queue.rest(phone.endpoint, wrap_up)


@dataclass
class DeskQueue:
    """`in_use`: from when on a phone may ring again, by endpoint; infinite while it rings or talks."""

    places: list[Place] = field(default_factory=list)
    in_use: dict[str, float] = field(default_factory=dict)
    resting: dict[str, float] = field(default_factory=dict)
    talks: deque[float] = field(default_factory=lambda: deque(maxlen=TALKS_COUNTED))

    @contextmanager
    def place(self, call: Call) -> Iterator[Place]:
        """At the end of the line, until the block ends."""
        place = Place(self, call)
        self.places.append(place)
        try:
            yield place
        finally:
            self.places.remove(place)
            self._news()

    def before(self, place: Place) -> list[Place]:
        return self.places[: self.places.index(place)]

    def is_free(self, endpoint: str) -> bool:
        return self.in_use.get(endpoint, 0.0) <= now() and self.resting.get(endpoint, 0.0) <= now()

    def rest(self, endpoint: str, seconds: float) -> None:
        """The phone does not ring for so long: its owner writes down a call, or talks in one that is not ours."""
        self.resting[endpoint] = now() + seconds

    def release(self, endpoints: Iterable[str]) -> None:
        for endpoint in endpoints:
            self.in_use.pop(endpoint, None)
        self._news()

    def free_at(self) -> float:
        """When the next phone that rests is free; infinite when none rests."""
        return min((at for at in self.resting.values() if at > now()), default=math.inf)

    def expected_wait(self, ahead: int, phones: int) -> float:
        """Seconds, by the mean length of the last talks."""
        mean = sum(self.talks) / len(self.talks) if self.talks else USUAL_TALK_SECONDS
        return mean * (ahead + 1) / max(phones, 1)

    def _news(self) -> None:
        for place in self.places:
            place.call.signal.news()


def now() -> float:
    return asyncio.get_running_loop().time()
