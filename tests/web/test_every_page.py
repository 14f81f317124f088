"""Every page that the routes name, with a busy line behind it: light and dark, on a phone and on a desk.

Nothing serious that axe finds, no sideways scrolling, no jump while it loads, nothing asked of another site, and readable
without script.
"""

import asyncio
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from ari_app.web.guard import SESSION_COOKIE
from tests.web.sights import Sight, busy, more_sights, sessions, sights_of  # noqa: F401  the fixtures
from tests.web.test_browser import DESK, PHONE, artefacts, browser  # noqa: F401  the fixtures

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

#: Tabs at work beside each other.
TABS = 2
#: No picture is longer; the rest of a list looks like its beginning.
LONGEST_PICTURE = 3000
#: The pages are looked at in so many tests, which the runner spreads over its workers.
SHARES = 2
#: A page with more elements is looked at whole once, with every rule; in the other lights and widths only with so many of
#: each kind of row beside each other: more rows of one kind have the same colours and sizes. The document of the API has 18,000.
MANY_ELEMENTS, ALIKE = 1000, 6
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
SHORTEN = """([many, alike]) => {
  if (document.querySelectorAll('main *').length <= many) return;
  const kinds = (row) => [row, ...row.querySelectorAll('*')].map((one) => `${one.tagName}.${one.getAttribute('class')}`);
  for (const list of document.querySelectorAll('main, main *')) {
    const seen = {};
    for (const row of [...list.children]) {
      const kind = [...new Set(kinds(row))].sort().join(' ');
      seen[kind] = (seen[kind] ?? 0) + 1;
      if (seen[kind] > alike) row.remove();
    }
  }
}"""


@dataclass
class Found:
    """What is wrong, and what was asked of whom."""

    wrong: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)


@pytest.mark.parametrize("share", range(SHARES))
async def test_every_page_is_for_everybody_by_day_and_by_night_on_a_phone_and_on_a_desk(
    server,
    sessions,  # noqa: F811
    busy,  # noqa: F811
    browser: Browser,  # noqa: F811
    artefacts: Path,  # noqa: F811
    share: int,
):
    found, home = Found(), str(server.make_url("/")).rstrip("/")
    looked = [one async for one in sights_of(server, sessions, busy)]
    waiting = [one for one in looked if isinstance(one, Sight)] + more_sights(busy)
    found.wrong += [one for one in looked if isinstance(one, str)]
    assert len(waiting) > 30
    waiting = waiting[share::SHARES]

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
        for screen in (PHONE, DESK):
            await page.set_viewport_size(screen)
            if await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                self._wrong(f"{sight.name}-{screen['width']}", "scrolls sideways")
        await self._check(f"{sight.name}-{DESK['width']}-light", page, EVERY_RULE)
        await page.evaluate(SHORTEN, [MANY_ELEMENTS, ALIKE])
        for screen, scheme, rules in ((DESK, "dark", RULES_OF_COLOUR), (PHONE, "dark", RULES_OF_COLOUR),
                                      (PHONE, "light", EVERY_RULE)):  # fmt: skip
            await page.set_viewport_size(screen)
            await page.emulate_media(color_scheme=scheme)
            await self._check(f"{sight.name}-{screen['width']}-{scheme}", page, rules)
        await page.close()
        await self._read_without_script(sight, headings)

    async def _check(self, name: str, page: Page, rules: dict[str, object]) -> None:
        for one in await page.evaluate(FIND, rules):
            self._wrong(name, one)
        height, screen = await page.evaluate("[document.documentElement.scrollHeight, window.innerWidth]")
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
