"""Who may ask: a token that holds, a scope and a role that reach, and not too often. No cookie counts here."""

import structlog
from aiohttp import web

from ari_app.clock import Clock
from ari_app.web.addresses import household_of
from ari_app.web.api.limits import Allowance, in_seconds
from ari_app.web.api.operation import Operation
from ari_app.web.api.problems import Problem
from ari_app.web.api.scopes import allows
from ari_app.web.api.tokens import Holder, Tokens

_log = structlog.get_logger()

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="meldlijn"'}
_WRONG = {"WWW-Authenticate": 'Bearer realm="meldlijn", error="invalid_token"'}


class Door:
    """`wrong`: tokens that did not hold, by network address."""

    def __init__(self, tokens: Tokens, clock: Clock, allowance: Allowance, wrong: Allowance) -> None:
        self._tokens = tokens
        self._clock = clock
        self._allowance = allowance
        self._wrong = wrong

    async def enter(self, request: web.Request, operation: Operation) -> tuple[Holder, dict[str, str]]:
        """Who asks, and the headers that tell how much is left. Raises Problem."""
        holder = await self._holder(request)
        left = self._allowance.take(holder.token_id, self._clock.now())
        headers = self._allowance.headers(left)
        if left.is_over:
            wait = str(in_seconds(left.resets_in))
            told = f"This token may ask {self._allowance.limit} times a minute. Ask again in {wait} seconds."
            raise Problem("too-many-requests", told, headers={**headers, "Retry-After": wait})
        _must_be_allowed(holder, operation, headers)
        return holder, headers

    async def _holder(self, request: web.Request) -> Holder:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.casefold() != "bearer" or not token.strip():
            raise Problem("no-token", "Send the header Authorization: Bearer and your token.", headers=_CHALLENGE)
        where, now = household_of(request.remote), self._clock.now()
        if wait := self._wrong.wait(where, now):
            seconds = str(in_seconds(wait))
            told = f"Too many wrong tokens came from this address. Try again in {seconds} seconds."
            raise Problem("too-many-requests", told, headers={"Retry-After": seconds})
        holder = await self._tokens.holder(token.strip())
        if holder is None:
            self._wrong.take(where, now)
            _log.warning("A token was refused", action="token_refused", address=request.remote)
            told = "This token is unknown, expired or revoked. Ask its owner for a new one."
            raise Problem("no-token", told, headers=_WRONG)
        return holder


def _must_be_allowed(holder: Holder, operation: Operation, headers: dict[str, str]) -> None:
    if not allows(holder.scopes, operation.scope):
        needed = f'Bearer realm="meldlijn", error="insufficient_scope", scope="{operation.scope}"'
        told = f"This needs the scope {operation.scope}; the token has {', '.join(holder.scopes)}."
        raise Problem("not-allowed", told, headers={**headers, "WWW-Authenticate": needed})
    if holder.role not in operation.roles:
        roles = ", ".join(sorted(operation.roles))
        told = f"This is for {roles}; the account of this token is {holder.role}."
        raise Problem("not-allowed", told, headers=headers)
