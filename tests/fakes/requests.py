"""What the fake Asterisk does with each request that the real one knows: statuses and answers as asterisk-live saw them."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from tests.fakes.channels import FakeChannel, FakePlayback, FakeRecording
from tests.fakes.switch import FakeBridge, Switch


@dataclass(frozen=True)
class Asked:
    """One request, taken apart."""

    method: str
    path: str
    ids: tuple[str, ...]
    query: dict[str, str]
    body: Any


class No(Exception):
    """Asterisk says no."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class Requests:
    """The requests, on one `Switch`. `is_connected`: an application has its WebSocket open."""

    def __init__(self, switch: Switch) -> None:
        self.switch = switch
        self.version = "22.10.1"
        self.complaints: list[str] = []
        self.disallowed: set[str] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._playbacks: dict[str, tuple[FakeChannel, FakePlayback]] = {}

    @property
    def is_connected(self) -> bool:
        raise NotImplementedError

    async def end_all(self) -> None:
        """Stops what still plays or records."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def channel(self, channel_id: str) -> FakeChannel:
        found = self.switch.channels.get(channel_id)
        if found is None:
            raise No(404, "Channel not found")
        if not found.in_stasis:
            raise No(409, "Channel not in Stasis application")
        return found

    async def answer(self, asked: Asked) -> tuple[int, Any]:
        channel = self.channel(asked.ids[0])
        async with channel.media:
            if channel.is_gone:
                raise No(404, "Channel not found")
            if channel.state != "Up":
                channel.goes_up()
        return 204, None

    async def hang_up(self, asked: Asked) -> tuple[int, Any]:
        channel = self.switch.channels.get(asked.ids[0])
        if channel is None:
            raise No(404, "Channel not found")
        channel.end(16, 603 if channel.is_leg and not channel.was_dialled else None)
        return 204, None

    async def play(self, asked: Asked) -> tuple[int, Any]:
        channel = self.channel(asked.ids[0])
        playback = FakePlayback(asked.ids[1], list(asked.body["media"]))
        if odd := [medium for medium in playback.media if not medium.startswith("sound:")]:
            self.complaints.append(f"{odd} would play for ever: only sound: is used here")
        if channel.fell_out:
            self.complaints.append("a prompt asked for while a bridge falls apart may never play: removeChannel first")
        self._playbacks[playback.id] = (channel, playback)
        self._run(channel.play(playback))
        return 201, {
            "id": playback.id,
            "media_uri": playback.media[0],
            "target_uri": f"channel:{channel.id}",
            "language": "en",
            "state": "queued",
        }

    async def stop_playback(self, asked: Asked) -> tuple[int, Any]:
        found = self._playbacks.get(asked.ids[0])
        if found is None or found[1] not in found[0].playbacks:
            raise No(404, "Playback not found")
        found[1].stop.set()
        return 204, None

    async def show_playback(self, asked: Asked) -> tuple[int, Any]:
        found = self._playbacks.get(asked.ids[0])
        if found is None or found[1] not in found[0].playbacks:
            raise No(404, "Playback not found")
        channel, playback = found
        shown = {"media_uri": playback.media[playback.at], "target_uri": f"channel:{channel.id}", "language": "en"}
        return 200, {"id": playback.id, "state": playback.state, **shown}

    async def record(self, asked: Asked) -> tuple[int, Any]:
        channel, query = self.channel(asked.ids[0]), asked.query
        file = self.switch.recordings / f"{query['name']}.{query['format']}"
        if file.exists() and query.get("ifExists") == "fail":
            raise No(409, "Recording name already in use")
        if channel.playbacks:
            self.complaints.append("a recording behind a prompt can't be stopped (asterisk-live, section 1)")
        recording = FakeRecording(
            query["name"],
            file,
            int(query.get("maxDurationSeconds", 0)),
            int(query.get("maxSilenceSeconds", 0)),
            query.get("terminateOn", "none"),
        )
        self._run(channel.record(recording))
        shown = {"name": recording.name, "format": "wav", "state": "queued", "target_uri": f"channel:{channel.id}"}
        return 201, shown

    async def live_recording(self, asked: Asked) -> tuple[int, Any]:
        for channel in self.switch.channels.values():
            if channel.recording and channel.recording.name == asked.ids[0]:
                target = f"channel:{channel.id}"
                return 200, {"name": asked.ids[0], "format": "wav", "state": "recording", "target_uri": target}
        raise No(404, "Recording not found")

    async def music(self, asked: Asked) -> tuple[int, Any]:
        self.channel(asked.ids[0]).has_music = asked.method == "POST"
        return 204, None

    async def create(self, asked: Asked) -> tuple[int, Any]:
        query = asked.query
        if query["channelId"] in self.switch.channels:
            raise No(409, "Channel with given unique ID already exists")
        shown = (asked.body or {}).get("variables", {}).get("CONNECTEDLINE(num)", "anonymous")
        leg = self.switch.create_leg(query["endpoint"], query["channelId"], query.get("appArgs", ""), shown)
        if leg is None:
            raise No(500, "Allocation failed")
        return 200, leg.to_json()

    async def dial(self, asked: Asked) -> tuple[int, Any]:
        self.channel(asked.ids[0]).dial(int(asked.query.get("timeout", 0)))
        return 204, None

    async def variable(self, asked: Asked) -> tuple[int, Any]:
        self.channel(asked.ids[0])
        value = self.switch.variables.get(asked.query["variable"])
        if value is None:
            raise No(404, "Provided variable was not found")
        return 200, {"value": value}

    async def list_channels(self, asked: Asked) -> tuple[int, Any]:
        return 200, [channel.to_json() for channel in self.switch.channels.values()]

    async def list_bridges(self, asked: Asked) -> tuple[int, Any]:
        return 200, [self.switch.bridge_json(bridge) for bridge in self.switch.bridges.values()]

    async def create_bridge(self, asked: Asked) -> tuple[int, Any]:
        return 200, self.switch.create_bridge(asked.ids[0], asked.query.get("type", "mixing"))

    async def show_bridge(self, asked: Asked) -> tuple[int, Any]:
        return 200, self.switch.bridge_json(self._bridge(asked))

    async def delete_bridge(self, asked: Asked) -> tuple[int, Any]:
        self.switch.delete_bridge(self._bridge(asked))
        return 204, None

    async def add_to_bridge(self, asked: Asked) -> tuple[int, Any]:
        bridge = self._bridge(asked)
        wanted = [self.switch.channels.get(name) for name in asked.query["channel"].split(",")]
        channels = [channel for channel in wanted if channel]
        if len(channels) < len(wanted):
            raise No(400, "Channel not found")
        if any(channel.recording for channel in channels):
            raise No(409, "Channel currently recording")
        if any(channel.has_music for channel in channels):
            self.complaints.append("who has music on may not hear the bridge: stop it first")
        for channel in channels:
            async with channel.media:
                if not channel.is_gone:
                    self.switch.enter_bridge(bridge, channel)
        return 204, None

    async def remove_from_bridge(self, asked: Asked) -> tuple[int, Any]:
        bridge, channel = self._bridge(asked), self.switch.channels.get(asked.query["channel"])
        if channel is None:
            raise No(400, "Channel not found")
        if channel not in bridge.members:
            raise No(422, "Channel not in this bridge")
        self.switch.leave_bridge(channel)
        return 204, None

    async def record_bridge(self, asked: Asked) -> tuple[int, Any]:
        bridge, query = self._bridge(asked), asked.query
        bridge.recording = self.switch.recordings / f"{query['name']}.{query['format']}"
        shown = {"name": query["name"], "format": "wav", "state": "queued", "target_uri": f"bridge:{bridge.id}"}
        return 201, shown

    async def info(self, asked: Asked) -> tuple[int, Any]:
        return 200, {"system": {"version": self.version, "entity_id": "02:00:00:00:00:01"}}

    async def set_global(self, asked: Asked) -> tuple[int, Any]:
        self.switch.globals[asked.query["variable"]] = asked.query["value"]
        return 204, None

    async def get_global(self, asked: Asked) -> tuple[int, Any]:
        value = self.switch.globals.get(asked.query["variable"])
        if value is None:
            raise No(404, "Variable Not Found")
        return 200, {"value": value}

    async def application(self, asked: Asked) -> tuple[int, Any]:
        self._application(asked)
        channels = [channel.id for channel in self.switch.channels.values() if channel.in_stasis]
        return 200, {
            "name": self.switch.app,
            "channel_ids": channels,
            "bridge_ids": list(self.switch.bridges),
            "endpoint_ids": [],
            "device_names": [],
            "events_allowed": [],
            "events_disallowed": [{"type": name} for name in sorted(self.disallowed)],
        }

    async def filter_events(self, asked: Asked) -> tuple[int, Any]:
        self._application(asked)
        if "allowed" in asked.body:
            self.complaints.append("an allowed list hides ApplicationReplaced")
        self.disallowed = {entry["type"] for entry in asked.body["disallowed"]}
        return await self.application(asked)

    def _application(self, asked: Asked) -> None:
        if asked.ids[0] != self.switch.app or not self.is_connected:
            raise No(404, "Application not found")

    def _bridge(self, asked: Asked) -> FakeBridge:
        found = self.switch.bridges.get(asked.ids[0])
        if found is None:
            raise No(404, "Bridge not found")
        return found

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    serve: Callable[[Requests, Asked], Awaitable[tuple[int, Any]]]
    parameters: frozenset[str]


def _route(
    method: str, path: str, serve: Callable[[Requests, Asked], Awaitable[tuple[int, Any]]], parameters: str = ""
) -> Route:
    """`{}` in the path stands for an id."""
    return Route(method, re.escape(path).replace(r"\{\}", "([^/]+)"), serve, frozenset(parameters.split()))


ROUTES = (
    _route("POST", "/channels/{}/answer", Requests.answer),
    _route("DELETE", "/channels/{}", Requests.hang_up, "reason_code reason"),
    _route("POST", "/channels/{}/play/{}", Requests.play, "media lang offsetms skipms"),
    _route("DELETE", "/playbacks/{}", Requests.stop_playback),
    _route("GET", "/playbacks/{}", Requests.show_playback),
    _route(
        "POST",
        "/channels/{}/record",
        Requests.record,
        "name format maxDurationSeconds maxSilenceSeconds ifExists beep terminateOn",
    ),
    _route("GET", "/recordings/live/{}", Requests.live_recording),
    _route("POST", "/channels/{}/moh", Requests.music, "mohClass"),
    _route("DELETE", "/channels/{}/moh", Requests.music),
    _route(
        "POST",
        "/channels/create",
        Requests.create,
        "endpoint app appArgs channelId otherChannelId originator formats variables",
    ),
    _route("POST", "/channels/{}/dial", Requests.dial, "caller timeout"),
    _route("GET", "/channels/{}/variable", Requests.variable, "variable"),
    _route("GET", "/channels", Requests.list_channels),
    _route("GET", "/bridges", Requests.list_bridges),
    _route("POST", "/bridges/{}", Requests.create_bridge, "type name variables"),
    _route("GET", "/bridges/{}", Requests.show_bridge),
    _route("DELETE", "/bridges/{}", Requests.delete_bridge),
    _route(
        "POST",
        "/bridges/{}/record",
        Requests.record_bridge,
        "name format maxDurationSeconds maxSilenceSeconds ifExists beep terminateOn",
    ),
    _route("POST", "/bridges/{}/removeChannel", Requests.remove_from_bridge, "channel"),
    _route("POST", "/bridges/{}/addChannel", Requests.add_to_bridge, "channel role absorbDTMF mute"),
    _route("GET", "/asterisk/info", Requests.info, "only"),
    _route("POST", "/asterisk/variable", Requests.set_global, "variable value"),
    _route("GET", "/asterisk/variable", Requests.get_global, "variable"),
    _route("GET", "/applications/{}", Requests.application),
    _route("PUT", "/applications/{}/eventFilter", Requests.filter_events, "allowed disallowed"),
)
