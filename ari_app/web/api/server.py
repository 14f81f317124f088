"""The API served: from a request to the operation and back. Every answer is JSON, every refusal a problem."""

import functools
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from ari_app.clock import Clock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.explanation import Explains
from ari_app.desk.refusal import NotThere, Refused
from ari_app.store.acting import Act, acting
from ari_app.web.addresses import network_of
from ari_app.web.api.answers import Answers
from ari_app.web.api.door import Door
from ari_app.web.api.given import key_given, read_given, version_given
from ari_app.web.api.limits import Allowance
from ari_app.web.api.operation import MOST_BYTES, ROOT, Asked, Operation
from ari_app.web.api.problems import Problem
from ari_app.web.api.table import OPERATIONS
from ari_app.web.api.tokens import Holder, Tokens
from ari_app.web.guard import holds_unreadable_bytes
from ari_app.web.signing_in.register import Register

#: From one address in a minute; a program that was set up wrong asks again and again.
WRONG_TOKENS = 30

_log = structlog.get_logger()


class Api:
    """`routes()` of all operations, and the middleware that keeps the rest of the pages out of their way."""

    def __init__(
        self,
        desk: Desk,
        clock: Clock,
        settings: Settings,
        door: Door,
        register: Register,
        explains: Explains | None = None,
        operations: Sequence[Operation] = OPERATIONS,
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._settings = settings
        self._door = door
        self._register = register
        self._explains = explains
        self._answers = Answers(desk.store, clock)
        self._operations = operations

    @classmethod
    def of(
        cls, desk: Desk, clock: Clock, settings: Settings, register: Register, explains: Explains | None = None
    ) -> "Api":
        """For the line with these settings; `explains` None: no call can be explained here."""
        allowance = Allowance(settings.api.requests_per_minute)
        door = Door(Tokens(desk.store, clock), clock, allowance, Allowance(WRONG_TOKENS))
        return cls(desk, clock, settings, door, register, explains)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route(
                operation.method,
                operation.full_path,
                functools.partial(self._serve, operation),
                name=f"api:{operation.name}",
                **({} if operation.changes else {"allow_head": False}),
            )
            for operation in self._operations
        ]

    async def _serve(self, operation: Operation, request: web.Request) -> web.StreamResponse:
        holder, headers = await self._door.enter(request, operation)
        if operation.most_bytes > MOST_BYTES:
            request = request.clone(client_max_size=operation.most_bytes)
        try:
            given = await read_given(request, operation)
            asked = self._asked(request, holder, operation)
            key = key_given(request, operation)

            async def work() -> web.Response:
                with acting(self._act(request, operation, holder)):
                    return _response(operation, asked, await operation.function(asked, **given))

            response = await self._answers.once(request, holder, key, work) if key else await work()
        except Problem as problem:
            problem.headers = {**headers, **problem.headers}
            raise
        except Refused as refused:
            raise self._refused(refused, headers) from refused
        if operation.changes and response.status < 400:
            _log.info(
                "A program changed something", action="api_changed", operation=operation.name, token=holder.prefix
            )
        response.headers.update(headers)
        return response

    def _asked(self, request: web.Request, holder: Holder, operation: Operation) -> Asked:
        version = version_given(request, operation)
        return Asked(self._desk, self._clock, self._settings, holder, request, self._register, version, self._explains)

    def _act(self, request: web.Request, operation: Operation, holder: Holder) -> Act:
        what, detail, where = f"api:{operation.name}", f"token {holder.prefix}", network_of(request.remote)
        return Act(holder.username, holder.role, what, self._clock.now(), where, detail=detail)

    def _refused(self, refused: Refused, headers: dict[str, str]) -> Problem:
        clauses = self._desk.days.terms.agreement.clauses_in(str(refused))
        more = {"rule": refused.rule, "clauses": [asdict(clause) for clause in clauses]}
        kind = "not-found" if isinstance(refused, NotThere) else "refused"
        return Problem(kind, str(refused), headers=headers, more=more)


def _response(operation: Operation, asked: Asked, answer: Any) -> web.Response:
    if isinstance(answer, web.StreamResponse):
        answer.headers.update(asked.headers)
        return answer  # type: ignore[return-value]  # a file; nobody asks such an operation twice with a key
    if operation.answer is None:
        return web.Response(status=204, headers=asked.headers)
    body = operation.answer.dump_json(answer)
    return web.Response(status=operation.status, body=body, content_type="application/json", headers=asked.headers)


@web.middleware
async def speak_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The first of the middlewares. Under /api/v1 no session, no form and no error page: a token is all that counts."""
    if request.path != ROOT and not request.path.startswith(f"{ROOT}/"):
        return await handler(request)
    try:
        if holds_unreadable_bytes(request):
            raise Problem("bad-request", "A header holds bytes that are no UTF-8.")
        return await request.match_info.handler(request)
    except Problem as problem:
        return problem.response(request.path)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _of_http(error).response(request.path)
    except Exception:
        reference = secrets.token_hex(4)
        _log.exception("An operation failed", action="api_failed", route=_route(request), reference=reference)
        told = f"Our log has it under {reference}. Ask again; if that fails too, tell us this number."
        return Problem("failed", told, more={"reference": reference}).response(request.path)


def _of_http(error: web.HTTPException) -> Problem:
    match error.status:
        case 404:
            return Problem("not-found", "No operation has this address. /api/docs has all of them.")
        case 405:
            allow = error.headers.get("Allow", "")
            return Problem("method-not-allowed", f"Use one of {allow}.", headers={"Allow": allow})
        case 413:
            return Problem("too-large", "Send less than 64 KiB.")
        case 422:
            return Problem("invalid", error.text or "The file can't be read.")
        case _:
            return Problem("bad-request", error.text or error.reason)


def _route(request: web.Request) -> str:
    """Without what was filled in: addresses hold phone numbers."""
    return request.match_info.route.name or "unknown"
