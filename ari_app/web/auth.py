"""Logging in and out, and the door: every page but a few asks for a session."""

from datetime import datetime, timedelta
from typing import NoReturn
from urllib.parse import urlencode

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from ari_app.clock import Clock
from ari_app.config import Settings
from ari_app.desk.audit import AuditLog
from ari_app.store.acting import Act, acting
from ari_app.web.accounts import CODE_WITHIN, LONGEST_SESSION, VISITOR, Accounts, SignedIn, Visitor
from ari_app.web.addresses import household_of, network_of
from ari_app.web.forms import form_of
from ari_app.web.guard import SESSION_COOKIE
from ari_app.web.languages import LANGUAGES, speak
from ari_app.web.permissions import is_open
from ari_app.web.rendering import TEMPLATES
from ari_app.web.throttle import Throttle

FAILURES = 5
WINDOW = timedelta(minutes=15)
_LONGEST_FIELD = 200
#: What is open to somebody who must set a second factor up first.
_SETTING_UP = frozenset({"own-account", "own-password", "own-totp", "own-totp-confirm", "logout"})

_log = structlog.get_logger()


class Door:
    """The login pages and the middleware that asks for a session."""

    def __init__(
        self, accounts: Accounts, throttle: Throttle, audit: AuditLog, clock: Clock, settings: Settings
    ) -> None:
        self._accounts = accounts
        self._throttle = throttle
        self._audit = audit
        self._clock = clock
        self._needs_totp = frozenset(settings.access.totp_roles)
        self._outside = settings.oidc.name if settings.oidc.issuer else ""

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/login", self.show_login, name="login"),
            web.post("/login", self.log_in, name="login"),
            web.get("/login/code", self.show_code, name="login-code"),
            web.post("/login/code", self.check_code, name="login-code"),
            web.post("/logout", self.log_out, name="logout"),
        ]

    @web.middleware
    async def ask_for_session(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        name = request.match_info.route.name
        if is_open(name):
            return await handler(request)
        visitor = await self._accounts.visitor(request.cookies.get(SESSION_COOKIE, ""), self._clock.now())
        if visitor is None:
            raise web.HTTPSeeOther(_login_address(request))
        request[VISITOR] = visitor
        if visitor.language in LANGUAGES:
            speak(visitor.language)
        if self._must_set_up(visitor) and name not in _SETTING_UP:
            raise web.HTTPSeeOther("/account#tweede-stap")
        return await handler(request)

    async def show_login(self, request: web.Request) -> web.StreamResponse:
        return self._login_page(request, own_path(request.query.get("next", "")))

    async def log_in(self, request: web.Request) -> web.StreamResponse:
        """One sentence for every mistake: nobody learns which names exist, not from the text and not from the time it takes."""
        form, now = await form_of(request), self._clock.now()
        username, password = _text(form.get("username")), _text(form.get("password"))
        target = own_path(_text(form.get("next")))
        admission = await self._throttle.admit(
            (f"name:{username.casefold()}", f"address:{household_of(request.remote)}"), now
        )
        if admission.wait:
            _log.warning("Login throttled", action="login_throttled", address=request.remote)
            return self._login_page(request, target, wait=admission.wait)
        person = await self._accounts.verify(username, password)
        if person is None:
            known = username.strip().casefold() if await self._accounts.exists(username) else ""
            await self._failed(request, known, now)
            return self._login_page(request, target, failed=True)
        await self._throttle.forgive(admission)
        if not person.needs_code:
            await self.enter(request, person, target)
        token = await self._accounts.open_session(person.account_id, now, waits_for_code=True)
        response = web.HTTPSeeOther(f"/login/code?{urlencode({'next': target})}")
        set_session(request, response, token, CODE_WITHIN)
        raise response

    async def show_code(self, request: web.Request) -> web.StreamResponse:
        await self._waiting(request)
        return _code_page(request, own_path(request.query.get("next", "")))

    async def check_code(self, request: web.Request) -> web.StreamResponse:
        """The second factor. Wrong codes count for the account, whoever tries them from wherever."""
        person, form, now = await self._waiting(request), await form_of(request), self._clock.now()
        target = own_path(_text(form.get("next")))
        admission = await self._throttle.admit((f"code:{person.account_id}",), now)
        if admission.wait:
            return _code_page(request, target, wait=admission.wait)
        if not await self._accounts.second_factor.check(person.account_id, _text(form.get("code"))):
            await self._failed(request, person.username, now, "code")
            return _code_page(request, target, failed=True)
        await self._throttle.forgive(admission)
        return await self.enter(request, person, target)

    async def log_out(self, request: web.Request) -> web.StreamResponse:
        await self._accounts.close_session(request.cookies.get(SESSION_COOKIE, ""))
        response = web.HTTPSeeOther("/login")
        response.del_cookie(SESSION_COOKIE, path="/")
        raise response

    async def enter(self, request: web.Request, person: SignedIn, target: str, detail: str = "") -> NoReturn:
        """Everything was right: a new session, and on to the page that was asked for."""
        now, origin = self._clock.now(), network_of(request.remote)
        with acting(Act(person.username, person.role, "login", now, origin, detail=detail, is_told=True)):
            token = await self._accounts.open_session(
                person.account_id,
                now,
                replaces=request.cookies.get(SESSION_COOKIE, ""),
                origin=origin,
                browser=request.headers.get("User-Agent", ""),
            )
        _log.info("Logged in", action="logged_in", account=person.account_id)
        response = web.HTTPSeeOther(target)
        set_session(request, response, token, LONGEST_SESSION)
        raise response

    def _must_set_up(self, visitor: Visitor) -> bool:
        return visitor.role in self._needs_totp and not visitor.has_totp and not visitor.is_from_outside

    async def _waiting(self, request: web.Request) -> SignedIn:
        person = await self._accounts.waiting(request.cookies.get(SESSION_COOKIE, ""), self._clock.now())
        if person is None:
            raise web.HTTPSeeOther("/login")
        return person

    async def _failed(self, request: web.Request, known: str, now: datetime, detail: str = "") -> None:
        """What was typed as a name is kept only where it is one: people type passwords into the wrong field."""
        _log.warning("Login failed", action="login_failed", address=request.remote)
        await self._audit.note(Act(known, "", "login_failed", now, network_of(request.remote), detail=detail))

    def _login_page(
        self, request: web.Request, target: str, *, failed: bool = False, wait: timedelta | None = None
    ) -> web.StreamResponse:
        start = f"/login/outside?{urlencode({'next': target})}" if self._outside else ""
        context = {
            "next": target,
            "failed": failed,
            "minutes": _minutes(wait),
            "outside": self._outside,
            "start": start,
        }
        return _answer(request, "login.html", context, failed, wait)


def _code_page(
    request: web.Request, target: str, *, failed: bool = False, wait: timedelta | None = None
) -> web.StreamResponse:
    context = {"next": target, "failed": failed, "minutes": _minutes(wait)}
    return _answer(request, "login_code.html", context, failed, wait)


def _answer(
    request: web.Request, template: str, context: dict[str, object], failed: bool, wait: timedelta | None
) -> web.StreamResponse:
    status = 429 if wait else 403 if failed else 200
    response = request.app[TEMPLATES].page(request, template, context, status=status)
    if wait:
        response.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return response


def own_path(target: str) -> str:
    """Only a path on this site: `//elsewhere`, `/\\elsewhere` and other sites become the first page."""
    is_own = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target[:_LONGEST_FIELD] if is_own else "/"


def set_session(request: web.Request, response: web.StreamResponse, token: str, lasts: timedelta) -> None:
    """Out of reach of scripts, and of forms on other sites."""
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(lasts.total_seconds()),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=is_secure(request),
    )


def is_secure(request: web.Request) -> bool:
    """Whether the browser speaks TLS, also when a proxy ends it. Who forges the header only loses their own cookie."""
    return request.secure or request.headers.get("X-Forwarded-Proto") == "https"


def _login_address(request: web.Request) -> str:
    if request.method != "GET" or request.path == "/":
        return "/login"
    return f"/login?{urlencode({'next': request.path})}"


def _minutes(wait: timedelta | None) -> int:
    return -(-wait // timedelta(minutes=1)) if wait else 0


def _text(field: object) -> str:
    return field[:_LONGEST_FIELD] if isinstance(field, str) else ""
