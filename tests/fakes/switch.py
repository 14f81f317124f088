"""The fake Asterisk without its wires: who is in which channel and bridge, which people have a phone, and the events of it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.fakes.channels import FakeChannel
from tests.fakes.handset import VOICE, Behaviour, FakeHandset


@dataclass
class FakeBridge:
    id: str
    types: str
    members: list[FakeChannel] = field(default_factory=list)
    #: The file in which it is recorded; here it stays empty.
    recording: Path | None = None


class Switch:
    """`emit` hands each event to the WebSocket; `phones` says who acts how when an endpoint is dialled."""

    def __init__(self, recordings: Path, prompts: frozenset[str], app: str) -> None:
        self.recordings = recordings
        self.prompts = prompts
        self.app = app
        self.loop = asyncio.get_running_loop()
        self.channels: dict[str, FakeChannel] = {}
        self.bridges: dict[str, FakeBridge] = {}
        self.globals: dict[str, str] = {}
        #: Variables and functions of every channel, for who asks.
        self.variables: dict[str, str] = {}
        #: By endpoint ("PJSIP/desk-1"): whose phone it is, and what they do when it is called.
        self.phones: dict[str, tuple[str, Behaviour]] = {}
        self.handsets: list[FakeHandset] = []
        self.on_event: Callable[[dict[str, Any]], None] = lambda event: None
        self.failures: list[BaseException] = []
        self._people: set[asyncio.Task[None]] = set()
        self._behaviours: dict[FakeHandset, Behaviour] = {}
        self._numbers = 0

    @property
    def now(self) -> float:
        return self.loop.time()

    def timestamp(self) -> str:
        return datetime.fromtimestamp(1_763_800_000 + self.now, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"

    def emit(self, event: dict[str, Any]) -> None:
        shown = {"application": self.app, "timestamp": self.timestamp(), "asterisk_id": "02:00:00:00:00:01"}
        self.on_event({**event, **shown})

    # --- people
    def call_in(self, handset: FakeHandset, number: str, exten: str) -> FakeChannel:
        """Somebody dials us; the dialplan hands the channel to the application."""
        self._numbers += 1
        name = f"PJSIP/trunk-{self._numbers:08x}"
        channel = FakeChannel(self, f"1763800000.{self._numbers}", name, handset, "Ring")
        channel.caller, channel.exten, channel.app_data = number, exten, f"{self.app},in,{exten}"
        self.channels[channel.id] = channel
        self.handsets.append(handset)
        channel.enters_stasis("in", exten)
        return channel

    def person_acts(self, handset: FakeHandset) -> None:
        task = self.loop.create_task(self._act(handset))
        self._people.add(task)
        task.add_done_callback(self._people.discard)

    async def people_are_done(self) -> None:
        """Ends what people still do; what went wrong with them is in `failures`."""
        for task in self._people:
            task.cancel()
        await asyncio.gather(*self._people, return_exceptions=True)

    # --- legs and bridges
    def create_leg(self, endpoint: str, channel_id: str, app_args: str, caller_id: str) -> FakeChannel | None:
        """None: there is no such endpoint."""
        found = self.phones.get(endpoint)
        if found is None:
            return None
        name, behaviour = found
        handset = FakeHandset(name)
        handset.called_number = endpoint.removeprefix("PJSIP/").split("@")[0]
        handset.caller_id = caller_id
        self._behaviours[handset] = behaviour
        self.handsets.append(handset)
        leg = FakeChannel(self, channel_id, endpoint, handset, "Down")
        leg.connected = caller_id
        leg.is_leg = True
        leg.app_data = f"{self.app},{app_args}"
        self.channels[channel_id] = leg
        # A moment later, as on the real one: dialling before it is a fault.
        self.loop.call_later(0.001, leg.enters_stasis, app_args)
        return leg

    def create_bridge(self, bridge_id: str, types: str) -> dict[str, Any]:
        bridge = self.bridges.setdefault(bridge_id, FakeBridge(bridge_id, types))
        return self.bridge_json(bridge)

    def bridge_of(self, channel: FakeChannel) -> FakeBridge | None:
        return next((bridge for bridge in self.bridges.values() if channel in bridge.members), None)

    def enter_bridge(self, bridge: FakeBridge, channel: FakeChannel) -> None:
        bridge.members.append(channel)
        shown = {"bridge": self.bridge_json(bridge), "channel": channel.to_json()}
        self.emit({"type": "ChannelEnteredBridge", **shown})
        for other in bridge.members[:-1]:
            for speaker, listener in ((channel, other), (other, channel)):
                if speaker.handset.is_speaking:
                    listener.handset.hears(VOICE + speaker.handset.name)

    def leave_bridge(self, channel: FakeChannel) -> None:
        if bridge := self.bridge_of(channel):
            bridge.members.remove(channel)
            shown = {"bridge": self.bridge_json(bridge), "channel": channel.to_json()}
            self.emit({"type": "ChannelLeftBridge", **shown})

    def delete_bridge(self, bridge: FakeBridge) -> None:
        for channel in list(bridge.members):
            self.leave_bridge(channel)
            channel.fell_out = True
        if bridge.recording:
            bridge.recording.parent.mkdir(parents=True, exist_ok=True)
            bridge.recording.touch()
        del self.bridges[bridge.id]
        self.emit({"type": "BridgeDestroyed", "bridge": self.bridge_json(bridge)})

    def bridge_json(self, bridge: FakeBridge) -> dict[str, Any]:
        return {
            "id": bridge.id,
            "technology": "simple_bridge",
            "bridge_type": "mixing",
            "bridge_class": "stasis",
            "creator": "Stasis",
            "name": "",
            "channels": [channel.id for channel in bridge.members],
            "creationtime": self.timestamp(),
            "video_mode": "talker",
        }

    async def _act(self, handset: FakeHandset) -> None:
        try:
            await self._behaviours[handset](handset)
        except Exception as failure:
            self.failures.append(failure)
