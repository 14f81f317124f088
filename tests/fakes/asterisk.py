"""A fake Asterisk that speaks the real protocol: HTTP and WebSocket on a port of its own, strict, with people scripted.

Strict: a request that the real one does not know, or with a parameter that it does not know, is kept in `complaints`, and
the test that caused it fails. What it says is checked against the api-docs of a real one in tests/calls/test_api_docs.py.
"""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from aiohttp import WSMsgType, web

from tests.fakes.requests import ROUTES, Asked, No, Requests, Route
from tests.fakes.switch import Switch

USER, PASSWORD = "meldlijn", "a-password-of-tests"


@dataclass(eq=False)
class _Socket:
    """A WebSocket of an application; events leave in order through its queue."""

    ws: web.WebSocketResponse
    queue: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)


class FakeAsterisk(Requests):
    """One server. Open it with `FakeAsterisk.open`."""

    def __init__(self, switch: Switch) -> None:
        super().__init__(switch)
        #: While it boots, everything is 404.
        self.is_booting = False
        self.requests: list[Asked] = []
        self.events: list[dict[str, Any]] = []
        #: (method, regular expression of the path) -> (status, message): refusals of one request each.
        self.refusals: dict[tuple[str, str], tuple[int, str]] = {}
        self.url = ""
        self._sockets: list[_Socket] = []
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
            await fake.end_all()
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

    async def say_nonsense(self, text: str) -> None:
        """What no Asterisk should say, word for word."""
        for socket in self._sockets:
            await socket.ws.send_str(text)

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
        for route in ROUTES:
            if route.method == method and (found := re.fullmatch(route.path, path)):
                asked = Asked(method, path, tuple(_decoded(part) for part in found.groups()), query, body)
                self.requests.append(asked)
                self._complain_about(asked, route)
                return await route.serve(self, asked)
        self.complaints.append(f"Asterisk has no {method} {path}")
        raise No(404, "Resource not found")

    def _complain_about(self, asked: Asked, route: Route) -> None:
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


_AUTHORIZATION = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


async def _write(socket: _Socket) -> None:
    while True:
        await socket.ws.send_str(json.dumps(await socket.queue.get()))


def _answer(status: int, body: Any) -> web.Response:
    return web.Response(status=204) if body is None else web.json_response(body, status=status)


def _decoded(part: str) -> str:
    return unquote(part)
