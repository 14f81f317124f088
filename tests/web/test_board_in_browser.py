"""The live board in a real browser: it follows the line, says so when it can't, and comes back by itself."""

import re
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestServer, unused_port
from playwright.async_api import expect as on_page

from ari_app.desk.report import CallReport
from ari_app.web.app import make_app
from tests.web.test_browser import DESK, PHONE, Supervisor, artefacts, browser  # noqa: F401  the fixtures

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
async def serve(desk, accounts, clock, line):
    """Starts the pages on one port; again: as a service that was started anew."""
    port, served = unused_port(), []

    async def ready():
        return {"database": True, "asterisk": True, "model": True}

    async def start() -> str:
        for old in served:
            await old.close()
        served.append(TestServer(make_app(desk, accounts, clock, line, ready), port=port))
        await served[-1].start_server()
        return str(served[-1].make_url("/"))

    yield start
    await served[-1].close()


#: The browser counts on while it waits, from the five seconds that the call lasts.
COUNTS_FROM_5 = re.compile(r"^0:(0[5-9]|1\d)$")


#: Pixels of a screen of 55 inch, 1920 wide: the smallest capitals are 8 mm then, names and times 10 mm and more.
READ_FROM_4_METRES = 17
SMALLEST_LETTERS = """() => Math.min(...[...document.querySelectorAll('main *')]
    .filter((one) => !one.closest('.sr') && [...one.childNodes].some((part) => part.nodeType === 3 && part.data.trim()))
    .map((one) => parseFloat(getComputedStyle(one).fontSize)))"""
#: Writes down that the part with the calls was sent.
NOTES_PARTS = """() => new EventSource('/live/events').addEventListener('calls', (event) => {
    if (event.data.includes('Testrit')) document.documentElement.dataset.heard = 'calls';
})"""


async def _calling(desk, clock, number: str) -> CallReport:
    now = clock.now()
    caller = await desk.who_is(number)
    return CallReport(number, "support", number, number, now - timedelta(seconds=5), caller=caller, answered_at=now)


async def test_the_board_follows_the_line_through_a_restart_of_the_service(browser, serve, desk, clock, password):  # noqa: F811
    ilse = Supervisor(await browser.new_page(viewport=DESK, locale="nl-NL"), await serve())
    await ilse.logs_in(password)
    await ilse.opens("/live")
    await on_page(ilse.page.get_by_text("Geen gesprekken.")).to_be_visible()

    with desk.calls_now.following(await _calling(desk, clock, "+31850004120")):
        await on_page(ilse.page.get_by_role("heading", name="Transport De Testrit")).to_be_visible()
        await on_page(ilse.page.locator(".dur")).to_have_attribute("data-since", "2026-11-10T09:41:55+00:00")
        await on_page(ilse.page.locator(".dur")).to_have_text(COUNTS_FROM_5)
    await on_page(ilse.page.get_by_text("Geen gesprekken.")).to_be_visible()
    await serve()

    with desk.calls_now.following(await _calling(desk, clock, "+31850004130")):
        await on_page(ilse.page.get_by_role("heading", name="Garage Nepstra")).to_be_visible()
    assert [said for said in ilse.complaints if "/live/events" not in said and "ERR_" not in said] == []
    assert ilse.foreign == []


async def test_a_board_that_hears_nothing_says_since_when(browser, serve, password):  # noqa: F811
    ilse = Supervisor(await browser.new_page(viewport=DESK, locale="nl-NL"), await serve())
    await ilse.page.clock.install()
    await ilse.logs_in(password)
    await ilse.opens("/live")
    await on_page(ilse.page.locator("[data-fresh]")).to_have_text("bijgewerkt")

    await ilse.page.clock.fast_forward(17_000)

    await on_page(ilse.page.locator("[data-fresh]")).to_contain_text("Geen verbinding sinds ")


async def test_a_board_whose_connection_hangs_after_a_sleep_connects_afresh(browser, serve, password):  # noqa: F811
    ilse = Supervisor(await browser.new_page(viewport=DESK, locale="nl-NL"), await serve())
    await ilse.page.clock.install()
    await ilse.logs_in(password)
    await ilse.opens("/live")
    await on_page(ilse.page.locator("[data-fresh]")).to_have_text("bijgewerkt")

    async with ilse.page.expect_request("**/live/events"):
        await ilse.page.clock.fast_forward(35_000)

    await on_page(ilse.page.locator("[data-fresh]")).to_have_text("bijgewerkt")


async def test_a_part_that_has_the_focus_waits_until_the_focus_leaves(browser, serve, desk, clock, password):  # noqa: F811
    ilse = Supervisor(await browser.new_page(viewport=DESK, locale="nl-NL"), await serve())
    await ilse.logs_in(password)
    await ilse.opens("/live")
    calls = ilse.page.locator('[data-part="calls"]')
    await on_page(calls.get_by_text("Geen gesprekken.")).to_be_visible()
    await calls.evaluate("(part) => { part.firstElementChild.tabIndex = 0; part.firstElementChild.focus(); }")
    await ilse.page.evaluate(NOTES_PARTS)

    with desk.calls_now.following(await _calling(desk, clock, "+31850004120")):
        await on_page(ilse.page.locator("html")).to_have_attribute("data-heard", "calls")
        await on_page(calls.get_by_text("Geen gesprekken.")).to_be_visible()
        await ilse.page.evaluate("document.activeElement.blur()")
        await on_page(ilse.page.get_by_role("heading", name="Transport De Testrit")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1920, "height": 1080}], ids=["390", "1920"])
async def test_board_and_wall_fit_the_screen(browser, serve, desk, clock, caller, password, viewport, artefacts):  # noqa: F811
    await caller.leaves_message()
    ilse = Supervisor(await browser.new_page(viewport=viewport, locale="nl-NL"), await serve())
    await ilse.logs_in(password)
    with desk.calls_now.following(await _calling(desk, clock, "+31850004120")):
        for path in ("/live", "/live/wall"):
            await ilse.opens(path)
            await on_page(ilse.page.locator(".dur")).to_have_attribute("data-since", "2026-11-10T09:41:55+00:00")
            await on_page(ilse.page.locator(".dur")).to_have_text(COUNTS_FROM_5)
            await ilse.page.screenshot(path=artefacts / f"{path.strip('/').replace('/', '-')}-{viewport['width']}.png")
            assert not await ilse.must_scroll_sideways(), path
    if viewport != PHONE:
        assert await ilse.page.evaluate(SMALLEST_LETTERS) >= READ_FROM_4_METRES
        assert await ilse.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert ilse.complaints == []
