"""An Asterisk without wires for one call: it takes the requests of the script itself, and tells it what happens as events.

A request that it does not know is a mistake of ours, and never passes for a call that went well: `unknown` names it.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from ari_app.asterisk.client import AriClient
from ari_app.asterisk.errors import Gone
from ari_app.asterisk.events import Event
from ari_app.asterisk.rest import Rest
from ari_app.simulator.people import Person
from ari_app.simulator.phone import Asked, Heard, Phone, Sound

CALLER = "caller"
#: Who is at the phone behind an endpoint.
WhoseEndpoint = Callable[[str], Person]


class UnknownRequest(Exception):
    """The script asked for something that the virtual exchange can't do: teach it to `ari_app.simulator.exchange`."""


class VirtualClient(AriClient):
    """Events come from the exchange beside it, not over a wire."""

    def deliver(self, event: Event) -> None:
        if channel := self._channels.get(event.channel_id or ""):
            channel.deliver(event)


class Exchange(Rest):
    """`sound_of` tells what a medium says."""

    def __init__(self, caller: Person, whose: WhoseEndpoint, sound_of: Callable[[str], Sound]) -> None:
        super().__init__("virtual:", "", "")
        self.client = VirtualClient(self, "meldlijn")
        self.unknown: list[str] = []
        self._whose = whose
        self._sound_of = sound_of
        self._phones: dict[str, Phone] = {}
        self._bridges: dict[str, list[str]] = {}
        self._caller = caller
        self._began = asyncio.get_running_loop().time()

    def call_in(self, channel: str) -> None:
        self._phones[channel] = Phone(channel, CALLER, self._caller, self.client.deliver, self._began)

    def let_go(self) -> None:
        """The call is over: what was still to happen does not."""
        for phone in self._phones.values():
            phone.let_go()

    @property
    def heard(self) -> list[Heard]:
        """What everybody heard, in order of time."""
        return sorted((heard for phone in self._phones.values() for heard in phone.heard), key=lambda heard: heard.at)

    @property
    def asked(self) -> list[Asked]:
        """What the caller was asked."""
        return next(phone.asked for phone in self._phones.values() if phone.name == CALLER)

    # --- the requests of Rest
    async def request(self, method: str, path: str, body: Any = None, **parameters: str | int | bool) -> Any:
        self.unknown.append(f"{method} {path}")
        raise UnknownRequest(f"The virtual phone does not know {method} {path}.")

    async def answer(self, channel: str) -> None:
        self._phone(channel).is_busy()

    async def hang_up(self, channel: str) -> None:
        self._phone(channel).end()

    async def play(self, channel: str, playback: str, media: list[str]) -> None:
        self._phone(channel).play(playback, media, [self._sound_of(medium) for medium in media])

    async def stop_playback(self, playback: str) -> None:
        for phone in self._phones.values():
            try:
                return phone.stop(playback)
            except Gone:
                continue
        raise Gone(playback)

    async def record(self, channel: str, name: str, *, max_seconds: int, max_silence_seconds: int) -> None:
        self._phone(channel).record(name, max_seconds, max_silence_seconds)

    async def start_music(self, channel: str) -> None:
        self._phone(channel).is_busy()

    async def stop_music(self, channel: str) -> None:
        self._phone(channel)

    async def create(self, endpoint: str, channel: str, app: str, *, caller_id: str, caller_name: str) -> None:
        person = self._whose(endpoint)
        leg = self._phones[channel] = Phone(channel, endpoint, person, self.client.deliver, self._began)
        asyncio.get_running_loop().call_soon(leg.started)

    async def dial(self, channel: str, *, ring_for: float) -> None:
        self._phone(channel).ring(ring_for)

    async def create_bridge(self, bridge: str) -> None:
        self._bridges[bridge] = []

    async def add_to_bridge(self, bridge: str, *channels: str) -> None:
        if bridge not in self._bridges:
            raise Gone(bridge)
        phones = [self._phone(channel) for channel in channels]
        for phone in phones:
            phone.talk()
        self._bridges[bridge] += channels

    async def remove_from_bridge(self, bridge: str, channel: str) -> None:
        if channel not in self._bridges.get(bridge, ()):
            raise Gone(bridge)
        self._bridges[bridge].remove(channel)

    async def record_bridge(self, bridge: str, name: str, *, max_seconds: int) -> None:
        if bridge not in self._bridges:
            raise Gone(bridge)

    async def delete_bridge(self, bridge: str) -> None:
        if self._bridges.pop(bridge, None) is None:
            raise Gone(bridge)

    async def bridge_members(self, bridge: str) -> list[str]:
        return self._bridges.get(bridge, [])

    async def variable(self, channel: str, name: str) -> str:
        """No carrier said anything about this call."""
        return ""

    def _phone(self, channel: str) -> Phone:
        phone = self._phones.get(channel)
        if phone is None or phone.is_gone:
            raise Gone(channel)
        return phone
