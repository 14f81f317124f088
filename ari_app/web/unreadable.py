"""Requests that aiohttp refuses before any of our code sees them: told as problems (RFC 9457) too, and without noise in the log."""

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from ari_app.web.api.operation import ROOT
from ari_app.web.api.problems import Problem

log = structlog.get_logger()
#: Of the parser's own sentence: behind it stands what was sent.
_LONGEST = 120


class Connection(web.RequestHandler):
    """One connection of a client."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """What is no HTTP has no address yet: a page could not be shown either. Anything else stays aiohttp's."""
        if not isinstance(exc, HttpProcessingError):
            return super().handle_error(request, status, exc, message)
        log.info("A request was no HTTP", action="request_unreadable", address=request.remote, error=type(exc).__name__)
        said = (message or "").strip().splitlines()
        told = f"This is no HTTP that can be read: {said[0][:_LONGEST] if said else type(exc).__name__}."
        response = Problem("bad-request", told, headers={"X-Content-Type-Options": "nosniff"}).response("/")
        response.force_close()
        return response

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """An Expect that nobody knows is refused by aiohttp before the API hears of it."""
        if isinstance(resp, web.HTTPExpectationFailed) and request.path.startswith(f"{ROOT}/"):
            resp = Problem("no-such-expect", "Leave Expect out, or send 100-continue.").response(request.path)
        return await super().finish_response(request, resp, start_time)


class Server(web.Server):
    """Makes a `Connection` for each client."""

    def __call__(self) -> web.RequestHandler:
        return Connection(self, loop=self._loop, **self._kwargs)


class Runner(web.AppRunner):
    """Runs an application whose clients get a problem also for what is no HTTP."""

    __slots__ = ()

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return Server(made.request_handler, request_factory=made.request_factory, **made._kwargs)
