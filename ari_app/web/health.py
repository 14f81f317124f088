"""For machines that watch over the line. No login, and nothing in the answers that a stranger may not know."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

#: For each thing that the line needs ("database", "asterisk", "model") whether it is there now.
Readiness = Callable[[], Awaitable[Mapping[str, bool]]]


class Health:
    """`/healthz`: the process answers. `/readyz`: it can do its work, else 503 and what is missing."""

    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness

    async def alive(self, _request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def ready(self, _request: web.Request) -> web.Response:
        found = await self._readiness()
        is_ready = all(found.values())
        return web.json_response({"ready": is_ready, "needs": dict(found)}, status=200 if is_ready else 503)
