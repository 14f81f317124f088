"""Tokens of programs: everybody makes and revokes their own, an administrator those of all accounts."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ari_app.clock import Clock
from ari_app.desk.refusal import Refused, needs
from ari_app.store.tables import Role
from ari_app.web.accounts import VISITOR
from ari_app.web.api.scopes import MEANING, Scope
from ari_app.web.api.tokens import DEFAULT_DAYS, LONGEST_DAYS, Tokens, TokenView
from ari_app.web.forms import form_of, number_of, text_of
from ari_app.web.languages import Words, _
from ari_app.web.rendering import TEMPLATES
from ari_app.web.signing_in.register import RULE, Register

_SCOPES = Words(MEANING)
#: Offered; the API takes any number of days up to a year.
TERMS = (7, 30, DEFAULT_DAYS, 180, LONGEST_DAYS)


class TokensPage:
    """`/tokens` and the forms on it. A token comes with the answer to its form, and is nowhere else."""

    def __init__(self, tokens: Tokens, register: Register, clock: Clock) -> None:
        self._tokens = tokens
        self._register = register
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/tokens", self.show, name="tokens"),
            web.post("/tokens", self.create, name="token-create"),
            web.post("/tokens/revoke", self.revoke, name="token-revoke"),
        ]

    async def show(self, request: web.Request) -> web.Response:
        return await self._page(request, {})

    async def create(self, request: web.Request) -> web.Response:
        """For whom the form says; only an administrator makes one for another account."""
        form, visitor = await form_of(request), request[VISITOR]
        account = text_of(form, "account") or visitor.username
        if account != visitor.username and not _sees_all(request):
            raise web.HTTPForbidden
        scopes = [value for value in form.getall("scope", []) if isinstance(value, str)]
        try:
            name = needs(text_of(form, "name"), _("is ingevuld waarvoor het token is"), RULE)
            needs(" ".join(scopes), _("is gekozen wat het token mag"), RULE)
            days = number_of(form, "days", _("de geldigheid in dagen"), RULE)
            made, token = await self._tokens.create(account, name, scopes, visitor.username, days)
        except ValueError as wrong:
            refused = str(wrong) if isinstance(wrong, Refused) else _("Niet gemaakt: %(wrong)s.", wrong=wrong)
            return await self._page(request, {"refused": refused, "typed": _typed(form, scopes)}, 409)
        return await self._page(request, {"made": made, "token": token})

    async def revoke(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        whose = None if _sees_all(request) else request[VISITOR].username
        try:
            await self._tokens.revoke(text_of(form, "token"), request[VISITOR].username, whose)
        except ValueError as wrong:
            return await self._page(request, {"refused": _("Niet ingetrokken: %(wrong)s.", wrong=wrong)}, 409)
        raise web.HTTPSeeOther("/tokens")

    async def _page(self, request: web.Request, more: Mapping[str, Any], status: int = 200) -> web.Response:
        sees_all = _sees_all(request)
        found = await self._tokens.all(None if sees_all else request[VISITOR].username)
        holding = [one for one in found if self._holds(one)]
        context = {
            "page": "tokens",
            "holding": holding,
            "over": [one for one in found if one not in holding],
            "accounts": [one.username for one in await self._register.all() if not one.is_disabled] if sees_all else [],
            "scopes": _SCOPES,
            "terms": TERMS,
            "made": None,
            "typed": {
                "name": "",
                "account": request[VISITOR].username,
                "days": str(DEFAULT_DAYS),
                "scopes": [Scope.READ],
            },
            "refused": "",
            **more,
        }
        return request.app[TEMPLATES].page(request, "tokens.html", context, status=status)

    def _holds(self, one: TokenView) -> bool:
        return one.revoked_at is None and one.expires_at > self._clock.now()


def _sees_all(request: web.Request) -> bool:
    return request[VISITOR].role == Role.ADMINISTRATOR


def _typed(form: Mapping[str, Any], scopes: list[str]) -> dict[str, Any]:
    return {name: text_of(form, name) for name in ("name", "account", "days")} | {"scopes": scopes}
