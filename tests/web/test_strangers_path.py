# ruff: noqa: F811 - fixtures of the other file
"""The README's first two minutes, walked as it says with the messages of the demo. `make pictures` keeps what is seen."""

import base64
import os
import re
from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import Page
from playwright.async_api import expect as on_page

from ari_app.demo.calls import DEMO_CALLS
from ari_app.demo.judge import AMSTERDAM
from sla.terms import Category
from tests.web.test_browser import Supervisor, browser  # noqa: F401  the fixture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

PROJECT = Path(__file__).parents[2]
SCREEN = {"width": 1280, "height": 800}
#: A page with more than two of these loads slowly where a README is read on a phone.
LARGEST = 80_000


@pytest.fixture
def path() -> str:
    """What the README says about the first two minutes."""
    readme = (PROJECT / "README.md").read_text("utf-8")
    return re.search(r"^## The first two minutes\n(.*?)^## ", readme, re.MULTILINE | re.DOTALL)[1]


@pytest.fixture
def pictures(tmp_path) -> Path:
    return PROJECT / os.environ.get("MELDLIJN_PICTURES", tmp_path)


@pytest.fixture
async def messages(caller) -> list[str]:
    """The calls of the demo that leave a message, each at its own moment, oldest first."""
    numbers = []
    for demo in sorted((one for one in DEMO_CALLS if one.says), key=lambda one: one.at):
        at = datetime.fromisoformat(demo.at).replace(tzinfo=AMSTERDAM)
        caller.clock.move(at - caller.clock.now())
        numbers.append(await caller.leaves_message(f"+31{demo.from_number[1:]}", seconds=9))
        await caller.was_heard(numbers[-1], re.sub(r"[^\w ]", "", demo.says.lower()), seconds=9.0)
    return numbers


async def keep(page: Page, pictures: Path, name: str) -> None:
    session = await page.context.new_cdp_session(page)
    taken = await session.send("Page.captureScreenshot", {"format": "webp", "quality": 65})
    file = pictures / f"{name}.webp"
    file.write_bytes(base64.b64decode(taken["data"]))
    assert file.stat().st_size < LARGEST, file


async def test_a_stranger_confirms_the_first_voicemail_by_what_the_readme_says(
    path, messages, pictures, browser, server, accounts, desk
):
    for said in ("log in", "*Beoordelen*", "`spatie`", "`Enter`", "`U`", "*Live*", "*Simulator*"):
        assert said in path
    context = await browser.new_context(viewport=SCREEN, color_scheme="light", locale="nl-NL")
    stranger = Supervisor(await context.new_page(), str(server.make_url("/")))
    page = stranger.page

    await stranger.logs_in(await accounts.create("demo", "administrator"), "demo")
    await page.get_by_role("link", name="Beoordelen").click()
    first = await page.locator("#inbox").get_attribute("data-number")
    await on_page(page.get_by_text("Transport De Testrit").first).to_be_visible()
    await keep(page, pictures, "first-message")
    await page.keyboard.press("Space")
    assert await stranger.hears_from(0.1) > 0.1
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")
    if await page.locator("#confirm", has_text="is onzeker").count():
        await page.wait_for_timeout(420)
        await page.keyboard.press("Enter")
    await on_page(page.locator("#toast")).to_contain_text(f"{first}: CAT III")
    await on_page(page.locator("#inbox")).not_to_have_attribute("data-number", first)
    await keep(page, pictures, "confirmed")

    assert (await desk.ticket(first)).category is Category.III
    await stranger.opens(f"/tickets/{first}")
    await on_page(page.locator(".ev-item", has_text="CAT III bevestigd").first).to_be_visible()
    await keep(page, pictures, "ticket")
    for name in ("Live", "Simulator"):
        await page.get_by_role("link", name=name).click()
        await on_page(page.get_by_role("heading", level=1)).to_be_visible()
    assert [said for said in stranger.complaints if "play()" not in said] == []
    assert stranger.foreign == []


def test_the_pictures_that_the_readme_shows_are_there_and_small(path):
    shown = re.findall(r"!\[[^\]]+\]\((docs/pictures/[a-z-]+\.webp)\)", path)

    assert len(shown) >= 2
    assert sorted(shown) == sorted(str(file.relative_to(PROJECT)) for file in (PROJECT / "docs/pictures").iterdir())
    assert all((PROJECT / one).stat().st_size < LARGEST for one in shown)
