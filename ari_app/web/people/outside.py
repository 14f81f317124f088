"""Signing in at an OpenID provider: there, back, and the account that belongs to who came back."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

import structlog
from aiohttp import web
from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.config import Settings
from ari_app.desk.audit import AuditLog
from ari_app.desk.refusal import Refused
from ari_app.store.account_tables import AccountRow, OutsideLoginRow
from ari_app.store.acting import Act
from ari_app.store.database import Store
from ari_app.store.tables import Role
from ari_app.web.accounts import SignedIn
from ari_app.web.addresses import network_of
from ari_app.web.auth import Door, is_secure, own_path
from ari_app.web.dutch import RefusedHere
from ari_app.web.languages import _
from ari_app.web.people.provider import Asking, Identity, OutsideLoginFailed, Provider
from ari_app.web.rendering import TEMPLATES
from ari_app.web.signing_in.passwords import sha256
from ari_app.web.signing_in.register import normal_name

RULE = "R-113"
COOKIE = "meldlijn_outside"
BACK_WITHIN = timedelta(minutes=10)
#: The one that counts where the provider gives several.
_BY_WEIGHT = (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.ENGINEER, Role.MANAGER, Role.AUDITOR)

_log = structlog.get_logger()


class OutsideLogin:
    """`/login/outside` and `/login/outside/return`; both are not there when no provider is set."""

    def __init__(self, store: Store, door: Door, audit: AuditLog, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._door = door
        self._audit = audit
        self._clock = clock
        self._settings = settings.oidc
        self._pages = settings.notify.pages
        self._provider = Provider(settings.oidc)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/login/outside", self.leave, name="login-outside", allow_head=False),
            web.get("/login/outside/return", self.come_back, name="login-outside-back", allow_head=False),
        ]

    async def leave(self, request: web.Request) -> web.Response:
        """Off to the provider; who comes back must be this browser, within ten minutes."""
        self._must_be_set()
        asking, now, target = Asking.new(), self._clock.now(), own_path(request.query.get("next", ""))
        try:
            address = await self._provider.address(asking, self._back_to(request), now)
        except OutsideLoginFailed as failure:
            return await self._failed(request, str(failure))
        await self._keep(asking, target, now)
        response = web.HTTPSeeOther(address)
        response.set_cookie(COOKIE, asking.state, max_age=int(BACK_WITHIN.total_seconds()), path="/login/outside",
                            httponly=True, samesite="Lax", secure=is_secure(request))  # fmt: skip
        raise response

    async def come_back(self, request: web.Request) -> web.StreamResponse:
        """The answer counts once, and only in the browser that left."""
        self._must_be_set()
        state, code, now = request.query.get("state", ""), request.query.get("code", ""), self._clock.now()
        kept = await self._take(state, now) if state and request.cookies.get(COOKIE) == state else None
        if kept is None:
            return await self._failed(request, "the answer belongs to no login that began in this browser")
        if not code:
            return await self._failed(request, f"the provider refused: {request.query.get('error', 'no code')[:80]}")
        try:
            asking = Asking(state, kept.nonce, kept.verifier)
            identity = await self._provider.identity(code, asking, self._back_to(request), now)
        except OutsideLoginFailed as failure:
            return await self._failed(request, str(failure))
        try:
            person, changed = await self._account_of(identity, now)
        except Refused as refused:
            return await self._failed(request, str(refused), str(refused))
        return await self._door.enter(request, person, kept.target, changed)

    async def _account_of(self, identity: Identity, now: datetime) -> tuple[SignedIn, str]:
        """The account, made at the first login, and what changed about its role. Raises Refused."""
        given = {self._settings.roles[group] for group in identity.groups if group in self._settings.roles}
        role = next((one for one in _BY_WEIGHT if one in given), None)
        if role is None:
            raise RefusedHere(_("Kan nadat je organisatie je een groep geeft die hier een rol heeft"), RULE)
        async with self._store.session() as session:
            mine = select(AccountRow).where(AccountRow.outside_id == identity.subject)
            row = (await session.exec(mine)).first() or await _new_account(session, identity, role, now)
            if row.is_disabled:
                raise RefusedHere(_("Kan nadat de beheerder je account weer aanzet"), RULE)
            changed = f"rol: {row.role} wordt {role}" if row.role is not role else ""
            row.role = role
            session.add(row)
            await session.flush()
        return SignedIn(row.id or 0, row.username, role, needs_code=False), changed

    async def _keep(self, asking: Asking, target: str, now: datetime) -> None:
        row = OutsideLoginRow(state_hash=sha256(asking.state), nonce=asking.nonce, verifier=asking.verifier,
                              target=target, expires_at=now + BACK_WITHIN)  # fmt: skip
        async with self._store.session() as session:
            await session.exec(delete(OutsideLoginRow).where(col(OutsideLoginRow.expires_at) <= now))
            session.add(row)

    async def _take(self, state: str, now: datetime) -> OutsideLoginRow | None:
        mine = col(OutsideLoginRow.state_hash) == sha256(state)
        async with self._store.session() as session:
            row = (
                await session.exec(select(OutsideLoginRow).where(mine, col(OutsideLoginRow.expires_at) > now))
            ).first()
            is_mine = (await session.exec(delete(OutsideLoginRow).where(mine))).rowcount == 1
        return row if is_mine else None

    async def _failed(self, request: web.Request, why: str, told: str = "") -> web.Response:
        """The page tells what the person can do; what exactly was wrong stands in the log."""
        _log.warning("Login at the provider failed", action="outside_login_failed", why=why)
        origin = network_of(request.remote)
        await self._audit.note(Act("", "", "login_failed", self._clock.now(), origin, detail=f"aanbieder: {why}"[:300]))
        context = {
            "title": _("Inloggen met %(name)s lukte niet", name=self._settings.name),
            "advice": told or _("Probeer het nog een keer. Blijft het zo, vraag het dan wie de lijn beheert."),
            "again": f"/login?{urlencode({'next': '/'})}",
        }
        return request.app[TEMPLATES].page(request, "outside_failed.html", context, status=403)

    def _back_to(self, request: web.Request) -> str:
        """Behind a proxy only the setting knows under which address people open the pages."""
        return f"{self._pages or request.url.origin()}/login/outside/return"

    def _must_be_set(self) -> None:
        if not self._settings.issuer:
            raise web.HTTPNotFound


async def _new_account(session: AsyncSession, identity: Identity, role: Role, now: datetime) -> AccountRow:
    """A name that somebody here has already is not taken over: it may be somebody else. Raises Refused."""
    name = normal_name(identity.name)[:100]
    if (await session.exec(select(AccountRow).where(AccountRow.username == name))).first():
        raise RefusedHere(
            _(
                "Kan nadat de beheerder het account %(name)s een andere naam geeft: die naam is al in gebruik",
                name=name,
            ),
            RULE,
        )
    return AccountRow(username=name, password_hash="", role=role, created_at=now, outside_id=identity.subject)
