"""The middleware behind the login: who may not is told which role may, and whom to ask."""

from collections.abc import Awaitable, Callable, Collection

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from ari_app.clock import Clock
from ari_app.desk.audit import AuditLog
from ari_app.store.acting import Act, acting
from ari_app.store.tables import Role
from ari_app.web.accounts import VISITOR
from ari_app.web.addresses import network_of
from ari_app.web.languages import _
from ari_app.web.permissions import in_words, is_open, roles_for
from ari_app.web.rendering import TEMPLATES

_log = structlog.get_logger()
_NAMES = 3

#: The names of people who have one of these roles.
WhoHas = Callable[[Collection[Role]], Awaitable[list[str]]]


class Gate:
    """Asks the table of permissions before every handler."""

    def __init__(self, who_has: WhoHas, audit: AuditLog, clock: Clock) -> None:
        self._who_has = who_has
        self._audit = audit
        self._clock = clock

    @web.middleware
    async def ask_permission(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A path or method that does not exist goes on to its own error: nothing is there to be hidden."""
        name = request.match_info.route.name
        if is_open(name) or request.match_info.http_exception is not None:
            return await handler(request)
        visitor, allowed = request[VISITOR], roles_for(name, request.method)
        if visitor.role in allowed:
            with acting(self._act(request, name or "")):
                return await handler(request)
        return await self.refuse(request, _why(allowed), allowed)

    async def refuse(self, request: web.Request, why: str, who_may: Collection[Role]) -> web.Response:
        """The page "Dit mag je niet zien", 403, with at most three names to ask."""
        name, visitor = request.match_info.route.name, request[VISITOR]
        _log.warning("Not allowed", action="not_allowed", account=visitor.account_id, route=name, method=request.method)
        await self._audit.note(self._act(request, "refused", f"{request.method} {request.path}"))
        names = (await self._who_has(who_may))[:_NAMES]
        is_look = request.method in ("GET", "HEAD")
        context = {
            "title": _("Dit mag je niet zien") if is_look else _("Dit mag je niet doen"),
            "why": why,
            "names": names,
        }
        return request.app[TEMPLATES].page(request, "not_allowed.html", context, status=403)

    def _act(self, request: web.Request, what: str, detail: str = "") -> Act:
        visitor, origin = request[VISITOR], network_of(request.remote)
        return Act(visitor.username, visitor.role, what, self._clock.now(), origin, detail=detail)


def _why(allowed: Collection[Role]) -> str:
    return _("Kan door een %(roles)s.", roles=in_words(allowed)) if allowed else _("Dit staat voor niemand open.")


GATE = web.AppKey("gate", Gate)
