"""The pages in a real browser: what a supervisor sees, hears and presses, on a desk and on a phone, by day and by night."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright
from playwright.async_api import expect as on_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

CHROMIUM = "/usr/bin/chromium"
SWITCHES = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
ALL_DOWN = "goedemorgen met transport bij ons ligt de hele telefonie plat niemand kan meer bellen of gebeld worden"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
on_page.set_options(timeout=20_000)  # a page on a busy machine; nobody waits so long for one that is right


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES.split())
        yield browser
        await browser.close()


@pytest.fixture
def artefacts() -> Path:
    """Pictures of the run, to look at afterwards: in `.artefacts`, or where MELDLIJN_ARTEFACTS says."""
    folder = Path(os.environ.get("MELDLIJN_ARTEFACTS", Path(__file__).parents[2] / ".artefacts"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Supervisor:
    """Ilse at a screen. Whatever the browser complains about, or asks of another site, is kept."""

    def __init__(self, page: Page, home: str) -> None:
        self.page = page
        self.home = home
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.ranges: list[str] = []
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._note)

    async def logs_in(self, password: str, name: str = "ilse") -> None:
        await self.page.goto(self.home)
        await self.page.get_by_label("Naam").fill(name)
        await self.page.get_by_label("Wachtwoord").fill(password)
        await self.page.get_by_role("button", name="Log in").click()
        await self.page.wait_for_url(self.home)

    async def opens(self, path: str) -> None:
        await self.page.goto(self.home.rstrip("/") + path)

    async def must_scroll_sideways(self) -> bool:
        return bool(await self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))

    async def hears_from(self, seconds: float) -> float:
        """Where the recording is as soon as it has passed `seconds`. The pages' policy forbids polling by text."""
        return float(
            await self.page.evaluate(
                """async (seconds) => {
                    const audio = document.querySelector('audio');
                    while (audio.currentTime <= seconds) await new Promise((next) => setTimeout(next, 20));
                    return audio.currentTime;
                }""",
                seconds,
            )
        )

    def _note(self, request) -> None:
        if not request.url.startswith((self.home, "blob:", "data:")):
            self.foreign.append(request.url)
        if "/recordings/" in request.url:
            self.ranges.append(request.headers.get("range", ""))


@pytest.fixture
async def sit_down(browser, server, password):
    """Makes a supervisor at a screen of a size, in light or dark, logged in."""

    async def sit(viewport=DESK, scheme="light", **options) -> Supervisor:
        context = await browser.new_context(viewport=viewport, color_scheme=scheme, locale="nl-NL", **options)
        supervisor = Supervisor(await context.new_page(), str(server.make_url("/")))
        await supervisor.logs_in(password)
        return supervisor

    return sit


@pytest.fixture
async def morning(caller) -> list[str]:
    """Four calls: heard, still to be heard, nothing said, missed."""
    heard, silent = await caller.leaves_message(), await caller.leaves_message("+31850004130", seconds=4)
    await caller.was_heard(heard, f"{ALL_DOWN} alleen mijn toestel doet het nog")
    await caller.was_heard(silent, "", seconds=4.0)
    pending = await caller.leaves_message("+31850004150")
    missed = await caller.hangs_up("+31612345678")
    return [heard, pending, silent, missed]


async def test_a_supervisor_logs_in_reads_the_marked_words_and_the_deadlines(sit_down, morning, artefacts):
    ilse = await sit_down()

    await ilse.page.screenshot(path=artefacts / "list-1440-light.png", full_page=True)
    await ilse.page.get_by_role("link", name="Transport De Testrit").first.click()

    await on_page(ilse.page.locator(".ev3").first).to_be_visible()
    await on_page(ilse.page.get_by_role("heading", name="Eerste reactie")).to_be_visible()
    await on_page(ilse.page.locator(".clock .big").first).to_have_text(re.compile("nog "))
    await on_page(ilse.page.get_by_text("Fenna Fictief nam niet op")).to_be_visible()
    await ilse.page.screenshot(path=artefacts / "ticket-1440-light.png", full_page=True)
    assert ilse.foreign == []
    assert ilse.complaints == []


async def test_pressing_a_word_plays_from_where_it_was_said(sit_down, morning):
    ilse = await sit_down()
    await ilse.opens(f"/tickets/{morning[0]}")
    assert ilse.ranges == []

    word = ilse.page.get_by_role("button", name="niemand")
    said_at = float(await word.get_attribute("data-from"))
    await word.click()

    assert said_at < await ilse.hears_from(said_at) < said_at + 5
    assert any(asked.startswith("bytes=") for asked in ilse.ranges)
    await on_page(ilse.page.locator(".w.now")).to_have_count(1)
    assert ilse.complaints == []


async def test_the_text_is_one_tab_stop_and_arrows_walk_the_words(sit_down, morning):
    ilse = await sit_down()
    await ilse.opens(f"/tickets/{morning[0]}")
    words = ilse.page.locator(".text .w")

    await words.first.focus()
    await ilse.page.keyboard.press("ArrowRight")

    await on_page(words.nth(1)).to_be_focused()
    assert await ilse.page.locator('.text .w[tabindex="0"]').count() == 1
    assert await words.nth(1).evaluate("word => getComputedStyle(word).outlineStyle") == "solid"


async def test_a_text_that_was_still_to_come_appears_by_itself(sit_down, morning, caller):
    ilse = await sit_down()
    pending = morning[1]
    await ilse.opens(f"/tickets/{pending}")
    await on_page(ilse.page.get_by_text("De tekst komt er zo aan.")).to_be_visible()

    await caller.was_heard(pending, ALL_DOWN)

    await on_page(ilse.page.locator(".ev3").first).to_be_visible()
    await on_page(ilse.page.locator("[data-pending]")).to_have_count(0)
    assert ilse.complaints == []


async def test_without_javascript_everything_can_be_read_and_played(sit_down, morning):
    ilse = await sit_down(java_script_enabled=False)

    await ilse.page.locator("details summary").last.click()
    await ilse.page.get_by_role("link", name="Luister en lees op de pagina van het ticket").last.click()

    await on_page(ilse.page.locator(".ev3").first).to_be_visible()
    await on_page(ilse.page.locator("audio")).to_be_visible()


async def test_a_message_in_the_list_comes_when_it_is_opened_and_its_text_by_itself(sit_down, morning, caller):
    ilse = await sit_down()
    await on_page(ilse.page.locator("audio")).to_have_count(0)

    for number in morning[:2]:
        await ilse.page.locator(f'details[data-source="/tickets/{number}/voicemail"] summary').click()
    await on_page(ilse.page.locator("details[open] .ev3").first).to_be_visible()
    await on_page(ilse.page.locator("details[open] audio")).to_have_count(2)
    await on_page(ilse.page.locator(f"#text-{morning[1]} [data-pending]")).to_be_visible()
    await caller.was_heard(morning[1], ALL_DOWN)

    await on_page(ilse.page.locator(f"#text-{morning[1]} .ev3").first).to_be_visible()
    assert ilse.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK, {"width": 320, "height": 640}], ids=["390", "1440", "320"])
async def test_no_page_scrolls_sideways_by_day_or_by_night(sit_down, morning, artefacts, viewport, scheme):
    ilse = await sit_down(viewport, scheme)

    for path, name in (("/", "list"), (f"/tickets/{morning[0]}", "ticket"), (f"/tickets/{morning[3]}", "missed")):
        await ilse.opens(path)
        assert not await ilse.must_scroll_sideways(), path
        for summary in await ilse.page.locator("details summary").all():
            await summary.click()
        assert not await ilse.must_scroll_sideways(), f"{path} opened"
        await ilse.page.screenshot(path=artefacts / f"{name}-{viewport['width']}-{scheme}-open.png", full_page=True)

    background = await ilse.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == {"light": "rgb(245, 245, 242)", "dark": "rgb(18, 19, 17)"}[scheme]


async def test_logging_out_closes_the_door(sit_down):
    ilse = await sit_down()

    await ilse.page.get_by_role("button", name="Log uit").click()
    await ilse.opens("/")

    await on_page(ilse.page.get_by_role("heading", name="Inloggen")).to_be_visible()
