"""Logging in and out, and the door: every page but a few asks for a session."""

import ipaddress
from datetime import timedelta
from urllib.parse import urlencode

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from ari_app.clock import Clock
from ari_app.web.accounts import LONGEST_SESSION, VISITOR, Accounts
from ari_app.web.guard import SESSION_COOKIE
from ari_app.web.permissions import is_open
from ari_app.web.rendering import TEMPLATES
from ari_app.web.throttle import Throttle

_FAILURES = 5
_WINDOW = timedelta(minutes=15)
_LONGEST_FIELD = 200

_log = structlog.get_logger()


class Door:
    """The login pages and the middleware that asks for a session."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock
        self._throttle = Throttle(_FAILURES, _WINDOW)

    @web.middleware
    async def ask_for_session(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if is_open(request.match_info.route.name):
            return await handler(request)
        visitor = await self._accounts.visitor(request.cookies.get(SESSION_COOKIE, ""), self._clock.now())
        if visitor is None:
            raise web.HTTPSeeOther(_login_address(request))
        request[VISITOR] = visitor
        return await handler(request)

    async def show_login(self, request: web.Request) -> web.StreamResponse:
        return _login_page(request, _own_path(request.query.get("next", "")))

    async def log_in(self, request: web.Request) -> web.StreamResponse:
        """One sentence for every mistake: nobody learns which names exist, not from the text and not from the time it takes."""
        form = await request.post()
        username, password = _text(form.get("username")), _text(form.get("password"))
        target = _own_path(_text(form.get("next")))
        keys, now = (f"name:{username.casefold()}", f"address:{_network(request.remote)}"), self._clock.now()
        wait = self._throttle.wait(keys, now)
        if wait:
            _log.warning("Login throttled", action="login_throttled", address=request.remote)
            return _login_page(request, target, wait=wait)
        self._throttle.count(keys, now)
        account_id = await self._accounts.verify(username, password)
        if account_id is None:
            _log.warning("Login failed", action="login_failed", address=request.remote)
            return _login_page(request, target, failed=True)
        self._throttle.forgive(keys)
        old = request.cookies.get(SESSION_COOKIE, "")
        token = await self._accounts.open_session(account_id, now, replaces=old)
        _log.info("Logged in", action="logged_in", account=account_id)
        response = web.HTTPSeeOther(target)
        _set_cookie(request, response, token)
        raise response

    async def log_out(self, request: web.Request) -> web.StreamResponse:
        await self._accounts.close_session(request.cookies.get(SESSION_COOKIE, ""))
        response = web.HTTPSeeOther("/login")
        response.del_cookie(SESSION_COOKIE, path="/")
        raise response


def _login_page(
    request: web.Request, target: str, *, failed: bool = False, wait: timedelta | None = None
) -> web.StreamResponse:
    minutes = -(-wait // timedelta(minutes=1)) if wait else 0
    context = {"next": target, "failed": failed, "minutes": minutes}
    status = 429 if wait else 403 if failed else 200
    response = request.app[TEMPLATES].page(request, "login.html", context, status=status)
    if wait:
        response.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return response


def _login_address(request: web.Request) -> str:
    if request.method != "GET" or request.path == "/":
        return "/login"
    return f"/login?{urlencode({'next': request.path})}"


def _own_path(target: str) -> str:
    """Only a path on this site: `//elsewhere`, `/\\elsewhere` and other sites become the first page."""
    is_own = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if is_own else "/"


def _text(field: object) -> str:
    return field[:_LONGEST_FIELD] if isinstance(field, str) else ""


def _network(address: str | None) -> str:
    """One IPv6 household owns a whole /64: counting single addresses would not slow it down."""
    if not address:
        return "unknown"
    parsed = ipaddress.ip_address(address.split("%")[0])
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _set_cookie(request: web.Request, response: web.StreamResponse, token: str) -> None:
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(LONGEST_SESSION.total_seconds()),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=request.secure,
    )
