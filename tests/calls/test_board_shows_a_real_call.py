"""A real SIP call on a real Asterisk, seen on the live board in a real browser, on SQLite and on PostgreSQL."""

import asyncio

import pytest
from aiohttp.test_utils import TestServer
from argon2 import PasswordHasher
from playwright.async_api import expect as on_page

from ari_app.config import Settings
from ari_app.web.accounts import Accounts
from ari_app.web.app import make_app
from tests.calls.line import Line
from tests.calls.people import ACCEPTS
from tests.calls.scenario import Caller, PhoneCall
from tests.web.test_browser import DESK, Supervisor, browser  # noqa: F401  the fixture

pytestmark = [pytest.mark.asterisk, pytest.mark.browser, pytest.mark.timeout(180)]

SHOWS_RINGING, SHOWS_TALK = "the board shows that the phone rings", "the board shows the talk"
CUSTOMER = Caller("0201234567", at="2026-11-21T09:10", ends_talk=False, hangs_up_when=SHOWS_TALK)


async def PICKS_UP_WHEN_IT_IS_SHOWN(call: PhoneCall) -> None:
    """Lets the phone ring until the board shows it, then as ACCEPTS."""
    await call.until(SHOWS_RINGING)
    await ACCEPTS(call)


@pytest.fixture
def real_line_url(database_url: str) -> str:
    return database_url


@pytest.fixture
async def slow_line(real_line: Line) -> Line:
    """A line whose phones ring as long as a browser on a busy machine may need."""
    await real_line.kill()
    real_line.settings = real_line.settings.model_copy(update={"ring_for_seconds": 20})
    await real_line.start()
    return real_line


async def test_the_board_follows_a_real_call_from_ringing_to_talking_to_its_end(slow_line: Line, browser) -> None:  # noqa: F811
    desk, clock = slow_line.desk.desk, slow_line.clock
    accounts = Accounts(desk.store, clock, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    password = await accounts.create("ilse", "supervisor")

    async def ready() -> dict[str, bool]:
        return {"database": True, "asterisk": slow_line.client.connected.is_set(), "model": True}

    served = TestServer(make_app(desk, accounts, clock, Settings(home=slow_line.recordings.parent), ready))
    await served.start_server()
    try:
        ilse = Supervisor(await browser.new_page(viewport=DESK, locale="nl-NL"), str(served.make_url("/")))
        await ilse.logs_in(password)
        await ilse.opens("/live")
        call = asyncio.create_task(slow_line.call(CUSTOMER, phones={"Fenna Fictief": PICKS_UP_WHEN_IT_IS_SHOWN}))

        await on_page(ilse.page.get_by_role("heading", name="Transport De Testrit")).to_be_visible()
        await on_page(ilse.page.get_by_text("Gaat over bij Fenna Fictief")).to_be_visible()
        slow_line.happened(SHOWS_RINGING)
        await on_page(ilse.page.get_by_text("In gesprek met Fenna Fictief")).to_be_visible()
        slow_line.happened(SHOWS_TALK)
        await call
        await on_page(ilse.page.get_by_text("Geen gesprekken.")).to_be_visible()
        assert ilse.complaints == []
    finally:
        await served.close()
