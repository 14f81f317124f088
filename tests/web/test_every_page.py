"""Every page that the routes name, with a busy line behind it: light and dark, on a phone and on a desk.

Nothing serious that axe finds, no sideways scrolling, no jump while it loads, nothing asked of another site, and readable
without script. A new route is looked at by itself; what it needs in its address stands in `_parts`.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import pyotp
import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser, BrowserContext, Page

from ari_app.store.tables import Role
from ari_app.web.guard import SESSION_COOKIE
from ari_app.web.permissions import PERMISSIONS, is_open, roles_for
from tests.web.busy_line import Busy, busy_week
from tests.web.test_browser import DESK, PHONE, artefacts, browser  # noqa: F401  the fixtures

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

#: Tabs at work beside each other.
TABS = 2
#: No picture is longer; the rest of a list looks like its beginning.
LONGEST_PICTURE = 3000
#: Above this a person sees the page jump; the usual bound of "good" is 0.1.
JUMP = 0.02
AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERY_RULE = {"runOnly": TAGS, "rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
#: What night can change.
RULES_OF_COLOUR = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
FIND = """async (rules) => (await axe.run(document, rules)).violations
  .filter((found) => ['serious', 'critical'].includes(found.impact))
  .map((found) => `${found.id}: ${found.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)"""
WATCH_JUMPS = """window.jumped = 0;
new PerformanceObserver((seen) => {
  for (const one of seen.getEntries()) if (!one.hadRecentInput) window.jumped += one.value;
}).observe({type: 'layout-shift', buffered: true});"""
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


@dataclass
class Found:
    """What is wrong, and what was asked of whom."""

    wrong: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)


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
    }


def _who(name: str) -> str:
    if name == "login-code":
        return "code"
    if is_open(name):
        return ""
    allowed = roles_for(name)
    return next(role for role in (Role.SUPERVISOR, Role.ADMINISTRATOR, *allowed) if role in allowed)


def _more(busy: Busy) -> list[Sight]:
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


async def _sights(server, sessions: dict[str, str], busy: Busy) -> AsyncIterator[Sight | str]:
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


async def test_every_page_is_for_everybody_by_day_and_by_night_on_a_phone_and_on_a_desk(
    server,
    sessions,
    busy,
    browser: Browser,  # noqa: F811
    artefacts: Path,  # noqa: F811
):
    found, home = Found(), str(server.make_url("/")).rstrip("/")
    looked = [one async for one in _sights(server, sessions, busy)]
    waiting = [one for one in looked if isinstance(one, Sight)] + _more(busy)
    found.wrong += [one for one in looked if isinstance(one, str)]
    assert len(waiting) > 30

    async def look_round() -> None:
        eyes = _Eyes(browser, home, sessions, artefacts, found)
        while waiting:
            await eyes.look_at(waiting.pop(0))

    await asyncio.gather(*(look_round() for _ in range(TABS)))

    assert not found.wrong, "\n".join(found.wrong)
    assert [asked for asked in sorted(found.asked) if not asked.startswith((home, "blob:", "data:"))] == []


@dataclass
class _Eyes:
    """Somebody who looks at one page after another; for each who may look one window with script, and one without."""

    browser: Browser
    home: str
    sessions: dict[str, str]
    pictures: Path
    found: Found
    windows: dict[tuple[str, bool], BrowserContext] = field(default_factory=dict)

    async def look_at(self, sight: Sight) -> None:
        page = await (await self._window(sight.who, has_script=True)).new_page()
        page.on("pageerror", lambda error: self._wrong(sight.name, str(error)))
        await page.add_init_script(WATCH_JUMPS)
        answer = await page.goto(self.home + sight.path, wait_until="load")
        if answer.status != sight.status:
            self._wrong(sight.name, f"answers {answer.status}")
        if (jumped := await page.evaluate("window.jumped")) > JUMP:
            self._wrong(sight.name, f"jumps by {jumped:.3f} while it loads")
        headings = await _headings(page)
        await page.evaluate(AXE)
        for screen in (DESK, PHONE):
            await page.set_viewport_size(screen)
            for scheme, rules in (("light", EVERY_RULE), ("dark", RULES_OF_COLOUR)):
                await page.emulate_media(color_scheme=scheme)
                await self._check(f"{sight.name}-{screen['width']}-{scheme}", page, rules)
        await page.close()
        await self._read_without_script(sight, headings)

    async def _check(self, name: str, page: Page, rules: dict[str, object]) -> None:
        for one in await page.evaluate(FIND, rules):
            self._wrong(name, one)
        width, height, screen = await page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight, window.innerWidth]"
        )
        if width > screen:
            self._wrong(name, "scrolls sideways")
        clip = {"x": 0, "y": 0, "width": screen, "height": min(height, LONGEST_PICTURE)}
        file = self.pictures / f"page-{name}.jpg"
        await page.screenshot(path=file, type="jpeg", quality=80, full_page=True, clip=clip)

    async def _read_without_script(self, sight: Sight, headings: list[str]) -> None:
        """Every heading that script shows is there without it, and text under it."""
        page = await (await self._window(sight.who, has_script=False)).new_page()
        await page.goto(self.home + sight.path)
        if missing := [one for one in headings if one not in await _headings(page)]:
            self._wrong(sight.name, f"without script these are missing: {missing}")
        if len((await page.locator("main").inner_text()).split()) < 5:
            self._wrong(sight.name, "without script there is nothing to read")
        await page.close()

    async def _window(self, who: str, *, has_script: bool) -> BrowserContext:
        if (who, has_script) not in self.windows:
            window = await self.browser.new_context(
                viewport=DESK, locale="nl-NL", reduced_motion="reduce", java_script_enabled=has_script
            )
            window.on("request", lambda request: self.found.asked.add(request.url))
            if who:
                cookie = {"name": SESSION_COOKIE, "value": self.sessions[who], "url": self.home}
                await window.add_cookies([cookie])
            self.windows[who, has_script] = window
        return self.windows[who, has_script]

    def _wrong(self, name: str, what: str) -> None:
        self.found.wrong.append(f"{name}: {what}")


async def _headings(page: Page) -> list[str]:
    """Without white space: between the parts of a line it comes and goes while a piece of the page is put in place anew."""
    texts = ["".join(text.split()) for text in await page.locator("main :is(h1, h2, h3)").all_inner_texts()]
    return [text for text in texts if text]
