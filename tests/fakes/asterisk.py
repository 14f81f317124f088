"""A fake Asterisk that speaks the real protocol: HTTP and WebSocket on a port of its own, strict, with people scripted.

Strict: a request that the real one does not know, or with a parameter that it does not know, is kept in `complaints`, and
the test that caused it fails. What it says is checked against the api-docs of a real one in tests/asterisk/test_api_docs.py.
"""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from aiohttp import WSMsgType, web

from tests.fakes.channels import FakeChannel, FakePlayback, FakeRecording
from tests.fakes.switch import Switch

USER, PASSWORD = "meldlijn", "a-password-of-tests"


@dataclass(frozen=True)
class Asked:
    """One request, taken apart."""

    method: str
    path: str
    ids: tuple[str, ...]
    query: dict[str, str]
    body: Any


@dataclass(eq=False)
class _Socket:
    """A WebSocket of an application; events leave in order through its queue."""

    ws: web.WebSocketResponse
    queue: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)


class No(Exception):
    """Asterisk says no."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class FakeAsterisk:
    """One server. Open it with `FakeAsterisk.open`."""

    def __init__(self, switch: Switch) -> None:
        self.switch = switch
        self.version = "22.10.1"
        #: While it boots, everything is 404.
        self.is_booting = False
        self.requests: list[Asked] = []
        self.complaints: list[str] = []
        self.events: list[dict[str, Any]] = []
        #: (method, regular expression of the path) -> (status, message): refusals of one request each.
        self.refusals: dict[tuple[str, str], tuple[int, str]] = {}
        self.disallowed: set[str] = set()
        self.url = ""
        self._sockets: list[_Socket] = []
        self._running: set[asyncio.Task[None]] = set()
        self._playbacks: dict[str, tuple[FakeChannel, FakePlayback]] = {}
        switch.on_event = self._send

    @classmethod
    @asynccontextmanager
    async def open(
        cls, recordings: Path, prompts: frozenset[str], app: str = "meldlijn"
    ) -> AsyncIterator["FakeAsterisk"]:
        fake = cls(Switch(recordings, prompts, app))
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", fake._serve)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/ari"
            yield fake
        finally:
            await fake.switch.people_are_done()
            for task in fake._running:
                task.cancel()
            await asyncio.gather(*fake._running, return_exceptions=True)
            await fake.break_connections()
            await runner.cleanup()

    @property
    def is_connected(self) -> bool:
        return bool(self._sockets)

    async def break_connections(self) -> None:
        """The network drops all WebSockets; calls go on."""
        sockets, self._sockets = self._sockets, []
        self.disallowed.clear()
        for socket in sockets:
            await socket.ws.close()

    def say_something_new(self) -> None:
        """An event of a later version, which nobody knows yet."""
        self.switch.emit({"type": "CallTeleported", "whereto": {"planet": "unknown"}})

    # --- wires
    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != _AUTHORIZATION:
            return _answer(401, {"message": "Authentication required"})
        if self.is_booting:
            return web.Response(status=404)
        path = request.rel_url.raw_path.removeprefix("/ari")
        if path == "/events" and request.method == "GET":
            return await self._open_socket(request)
        body = await request.json() if request.can_read_body else None
        try:
            return _answer(*await self._ask(request.method, path, dict(request.query), body))
        except No as refusal:
            return _answer(refusal.status, {"message": refusal.message})

    async def _ask(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        for refused, answer in list(self.refusals.items()):
            if refused[0] == method and re.fullmatch(refused[1], path):
                del self.refusals[refused]
                raise No(*answer)
        for route in _ROUTES:
            if route.method == method and (found := re.fullmatch(route.path, path)):
                asked = Asked(method, path, tuple(_decoded(part) for part in found.groups()), query, body)
                self.requests.append(asked)
                self._complain_about(asked, route)
                return await route.serve(self, asked)
        self.complaints.append(f"Asterisk has no {method} {path}")
        raise No(404, "Resource not found")

    def _complain_about(self, asked: Asked, route: "_Route") -> None:
        given = set(asked.query) | set(asked.body or {})
        if unknown := given - route.parameters:
            self.complaints.append(f"{asked.method} {asked.path} does not know {sorted(unknown)}")

    async def _open_socket(self, request: web.Request) -> web.WebSocketResponse:
        if set(request.query) != {"app"}:
            self.complaints.append(f"GET /events with {dict(request.query)}")
        ws = web.WebSocketResponse(autoping=True)
        await ws.prepare(request)
        for older in self._sockets:
            self._queue(older, {"type": "ApplicationReplaced"})
        # The newest gets all events; an older one gets nothing more, but stays open.
        socket = _Socket(ws)
        self._sockets.append(socket)
        writer = asyncio.get_running_loop().create_task(_write(socket))
        try:
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    self.complaints.append(f"REST over the WebSocket: {message.data}")
        finally:
            writer.cancel()
            if socket in self._sockets:
                self._sockets.remove(socket)
            if not self._sockets:
                self.disallowed.clear()  # lost after a full close
        return ws

    def _send(self, event: dict[str, Any]) -> None:
        if event["type"] in self.disallowed:
            return
        self.events.append(event)
        if self._sockets:
            self._sockets[-1].queue.put_nowait(event)

    def _queue(self, socket: _Socket, event: dict[str, Any]) -> None:
        stamped = {**event, "application": self.switch.app, "timestamp": self.switch.timestamp()}
        self.events.append(stamped)
        socket.queue.put_nowait(stamped)

    def _run(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    # --- what each request does
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
        self.channel(asked.ids[0])
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
        for channel in channels:
            async with channel.media:
                if not channel.is_gone:
                    self.switch.enter_bridge(bridge, channel)
        return 204, None

    async def info(self, asked: Asked) -> tuple[int, Any]:
        return 200, {"system": {"version": self.version, "entity_id": "02:00:00:00:00:01"}}

    async def set_global(self, asked: Asked) -> tuple[int, Any]:
        self.switch.globals[asked.query["variable"]] = asked.query["value"]
        return 204, None

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
        if asked.ids[0] != self.switch.app or not self._sockets:
            raise No(404, "Application not found")

    def _bridge(self, asked: Asked) -> Any:
        found = self.switch.bridges.get(asked.ids[0])
        if found is None:
            raise No(404, "Bridge not found")
        return found


@dataclass(frozen=True)
class _Route:
    method: str
    path: str
    serve: Callable[[FakeAsterisk, Asked], Awaitable[tuple[int, Any]]]
    parameters: frozenset[str]


def _route(
    method: str, path: str, serve: Callable[[FakeAsterisk, Asked], Awaitable[tuple[int, Any]]], parameters: str = ""
) -> _Route:
    """`{}` in the path stands for an id."""
    return _Route(method, re.escape(path).replace(r"\{\}", "([^/]+)"), serve, frozenset(parameters.split()))


_ROUTES = (
    _route("POST", "/channels/{}/answer", FakeAsterisk.answer),
    _route("DELETE", "/channels/{}", FakeAsterisk.hang_up, "reason_code reason"),
    _route("POST", "/channels/{}/play/{}", FakeAsterisk.play, "media lang offsetms skipms"),
    _route("DELETE", "/playbacks/{}", FakeAsterisk.stop_playback),
    _route(
        "POST",
        "/channels/{}/record",
        FakeAsterisk.record,
        "name format maxDurationSeconds maxSilenceSeconds ifExists beep terminateOn",
    ),
    _route("GET", "/recordings/live/{}", FakeAsterisk.live_recording),
    _route("POST", "/channels/{}/moh", FakeAsterisk.music, "mohClass"),
    _route("DELETE", "/channels/{}/moh", FakeAsterisk.music),
    _route(
        "POST",
        "/channels/create",
        FakeAsterisk.create,
        "endpoint app appArgs channelId otherChannelId originator formats variables",
    ),
    _route("POST", "/channels/{}/dial", FakeAsterisk.dial, "caller timeout"),
    _route("GET", "/channels", FakeAsterisk.list_channels),
    _route("GET", "/bridges", FakeAsterisk.list_bridges),
    _route("POST", "/bridges/{}", FakeAsterisk.create_bridge, "type name variables"),
    _route("GET", "/bridges/{}", FakeAsterisk.show_bridge),
    _route("DELETE", "/bridges/{}", FakeAsterisk.delete_bridge),
    _route("POST", "/bridges/{}/addChannel", FakeAsterisk.add_to_bridge, "channel role absorbDTMF mute"),
    _route("GET", "/asterisk/info", FakeAsterisk.info, "only"),
    _route("POST", "/asterisk/variable", FakeAsterisk.set_global, "variable value"),
    _route("GET", "/applications/{}", FakeAsterisk.application),
    _route("PUT", "/applications/{}/eventFilter", FakeAsterisk.filter_events, "allowed disallowed"),
)
_AUTHORIZATION = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


async def _write(socket: _Socket) -> None:
    while True:
        await socket.ws.send_str(json.dumps(await socket.queue.get()))


def _answer(status: int, body: Any) -> web.Response:
    return web.Response(status=204) if body is None else web.json_response(body, status=status)


def _decoded(part: str) -> str:
    return unquote(part)
