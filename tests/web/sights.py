"""Every page that the routes name, with a busy line behind it, and who may look at it.

A new route is here by itself; what it needs in its address stands in `_parts`.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pyotp
import pytest
from aiohttp import ClientSession

from ari_app.store.tables import Role
from ari_app.web.guard import SESSION_COOKIE
from ari_app.web.permissions import PERMISSIONS, is_open, roles_for
from tests.web.busy_line import Busy, busy_week

#: What stands behind an address that does without the rest.
QUERIES = {"customer-statement": "?month=2026-11"}
#: The provider of another organisation answers there, and nobody set one up (tests/web/test_outside_login.py); styles
#: have a sum in their name.
NO_PAGES = {"login-outside", "login-outside-back", "static"}


@dataclass(frozen=True)
class Sight:
    """One page: the name of its pictures, its address, and who looks ("" a stranger)."""

    name: str
    path: str
    who: str
    status: int = 200


@pytest.fixture
async def busy(caller, accounts, visitor) -> Busy:
    return await busy_week(caller, accounts, visitor)


@pytest.fixture
async def sessions(accounts, busy, clock) -> dict[str, str]:
    """A token of a session for each who looks. "code": somebody who gave a password, and is to give a code."""
    people = {one.username: one.id for one in await accounts.register.all()}
    secret = (await accounts.second_factor.begin(people["bas"])).secret
    await accounts.second_factor.confirm(people["bas"], pyotp.TOTP(secret).at(clock.now()))
    return {
        Role.SUPERVISOR: await accounts.open_session(people["ilse"], clock.now()),
        Role.ADMINISTRATOR: await accounts.open_session(people["noor"], clock.now()),
        Role.AUDITOR: await accounts.open_session(people["kees"], clock.now()),
        "code": await accounts.open_session(people["bas"], clock.now(), waits_for_code=True),
    }


def _parts(name: str, busy: Busy) -> dict[str, str]:
    """For the address of a route."""
    return {
        "number": busy.worked_on if name == "attachment" else busy.heard,
        "id": busy.attachment if name == "attachment" else "1",
        "token": busy.calendar if name == "calendar" else busy.duty,
        "language": "nl",
        "name": "welcome",
        "command": "book-time",
        "part": "tickets",
    }


def _who(name: str) -> str:
    if name == "login-code":
        return "code"
    if is_open(name):
        return ""
    allowed = roles_for(name)
    return next(role for role in (Role.SUPERVISOR, Role.ADMINISTRATOR, *allowed) if role in allowed)


def more_sights(busy: Busy) -> list[Sight]:
    """What the routes alone don't show: open forms, other kinds of tickets, nothing found, not allowed, not there."""
    supervisor, auditor = Role.SUPERVISOR, Role.AUDITOR
    return [
        Sight("tickets-nothing", "/?q=bestaatniet", supervisor),
        Sight("ticket-worked-on", f"/tickets/{busy.worked_on}", supervisor),
        Sight("ticket-form", f"/tickets/{busy.worked_on}?do=book-time", supervisor),
        Sight("ticket-missed", f"/tickets/{busy.missed}", supervisor),
        Sight("ticket-not-heard", f"/tickets/{busy.heard}", auditor),
        Sight("review-by-deadline", "/review?order=deadline", supervisor),
        Sight("rota-hole", "/rota?week=2030-01-07", supervisor),
        Sight("figures-empty", "/figures?customer=2", supervisor),
        Sight("audit-mistake", "/audit?since=gisteren", auditor, 400),
        Sight("not-allowed", "/accounts", supervisor, 403),
        Sight("not-there", "/nergens", supervisor, 404),
    ]


async def sights_of(server, sessions: dict[str, str], busy: Busy) -> AsyncIterator[Sight | str]:
    """Each page among the routes; a sentence for a route that can't be looked at."""
    routes = {route.name: route.resource.canonical for route in server.app.router.routes() if route.method == "GET"}
    async with ClientSession(server.make_url("/")) as client:
        for name in sorted(set(routes) & set(PERMISSIONS) - NO_PAGES):
            parts, who = _parts(name, busy), _who(name)
            path = re.sub(r"{(\w+)}", lambda found, parts=parts: parts.get(found[1], "?"), routes[name])
            path += QUERIES.get(name, "")
            cookies = {"Cookie": f"{SESSION_COOKIE}={sessions[who]}"} if who else {}
            async with client.get(path, headers=cookies, allow_redirects=False) as answer:
                if answer.status != 200:
                    yield f"{name}: {path} answers {answer.status}: which part of the address does it need in `_parts`?"
                elif answer.content_type == "text/html" and "<!doctype html>" in await answer.text():
                    yield Sight(name, path, who)
