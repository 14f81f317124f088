# ruff: noqa: F811 - fixtures of the other files
"""What people come to these pages for, in a real browser, on SQLite and on PostgreSQL.

The live board that follows a real SIP call: tests/calls/test_board_shows_a_real_call.py.
"""

import pytest
from playwright.async_api import expect as on_page

from ari_app.store.database import Store
from ari_app.store.seed_demo import seed_demo
from sla.terms import Category
from tests.web.test_browser import DESK, PHONE, Supervisor, artefacts, browser, sit_down  # noqa: F401  the fixtures
from tests.web.test_review_browser import GUARD_MS, ONE_PHONE, number_shown, press_and_wait, ten  # noqa: F401  a fixture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
async def web_store(store: Store, clock) -> Store:
    await seed_demo(store, clock.now())
    return store


async def test_ten_messages_are_reviewed_by_keyboard_alone(sit_down, ten, caller, artefacts):
    ilse = await sit_down()
    page = ilse.page
    await ilse.opens("/review")
    await page.screenshot(path=artefacts / "review-1440-light.png")
    first = await number_shown(page)

    # A deciding word is unsure: the first press plays it, the second confirms.
    await page.keyboard.press("Enter")
    await on_page(page.locator("#confirm")).to_contain_text("is onzeker")
    assert await ilse.hears_from(0.1) > 0.1
    await page.wait_for_timeout(GUARD_MS)
    await press_and_wait(page, "Enter")
    await on_page(page.locator("#toast")).to_contain_text("CAT III")
    assert (await caller.desk.ticket(first)).category is Category.III

    # Undo brings it back; a higher one needs no reason, a lower one asks for one of three.
    await press_and_wait(page, "u")
    assert await number_shown(page) == first
    assert (await caller.desk.ticket(first)).category is None
    await page.keyboard.press("2")
    await on_page(page.get_by_text("onder het voorstel CAT III")).to_be_visible()
    await page.screenshot(path=artefacts / "review-reason-1440-light.png")
    await press_and_wait(page, "1")
    assert (await caller.desk.ticket(first)).category is Category.II

    for _ in range(8):
        await press_and_wait(page, "3")
    await page.keyboard.press("3")
    await on_page(page.get_by_role("heading", name="Alles beoordeeld")).to_be_visible()

    confirmed = [(await caller.desk.ticket(number)).category for number in ten]
    assert confirmed.count(Category.III) == 9
    assert [said for said in ilse.complaints if "play()" not in said] == []
    assert ilse.foreign == []


async def test_confirming_moves_the_clock_that_ran_for_the_strictest_category(sit_down, caller, desk):
    number = await caller.leaves_message("+31850004130", seconds=3)
    await caller.was_heard(number, ONE_PHONE)
    ilse = await sit_down()
    before = await seconds_left(ilse, number)

    await ilse.opens("/review")
    await ilse.page.keyboard.press("1")
    await on_page(ilse.page.get_by_role("heading", name="Alles beoordeeld")).to_be_visible()

    after = await seconds_left(ilse, number)
    assert after - before == (16 - 8) * 3600
    assert (await desk.ticket(number)).category is Category.I


async def seconds_left(who: Supervisor, number: str) -> int:
    """Of the first response, as the page of the ticket shows it."""
    await who.opens(f"/tickets/{number}")
    return int(await who.page.locator(".clock .big").first.get_attribute("data-left"))


async def test_a_role_that_may_not_reads_why_and_its_keys_and_forms_change_nothing(
    browser, server, accounts, ten, caller
):
    kees = Supervisor(await browser.new_page(viewport=DESK, locale="nl-NL"), str(server.make_url("/")))
    await kees.logs_in(await accounts.create("kees", "auditor"), "kees")
    await kees.opens(f"/review/{ten[0]}")

    await on_page(kees.page.get_by_text("Dit mag je niet zien.")).to_be_visible()
    await on_page(kees.page.get_by_text("Kan door een supervisor, engineer of beheerder.")).to_be_visible()
    for key in ("3", "Enter"):
        await kees.page.keyboard.press(key)
    answer = await kees.page.request.post(
        f"{kees.home}review/{ten[0]}/decide", form={"outcome": "III"}, headers={"Sec-Fetch-Site": "same-origin"}
    )

    assert answer.status == 403
    assert (await caller.desk.ticket(ten[0])).category is None
    await kees.opens("/accounts")
    await on_page(kees.page.get_by_role("heading", name="Dit mag je niet zien")).to_be_visible()


async def test_on_a_phone_a_message_is_opened_decided_and_taken_back_with_a_thumb(sit_down, ten, caller):
    ilse = await sit_down(PHONE, has_touch=True)
    page = ilse.page
    await ilse.opens("/review")
    await page.locator("[data-row]").first.tap()
    await on_page(page.locator("#confirm")).to_be_in_viewport()
    first = await number_shown(page)

    await page.wait_for_timeout(GUARD_MS)
    await page.locator("#confirm").tap()  # a deciding word is unsure: it plays
    await on_page(page.locator("#confirm")).to_contain_text("is onzeker")
    await page.wait_for_timeout(GUARD_MS)
    await page.locator("#confirm").tap()

    await on_page(page.locator("#inbox")).not_to_have_attribute("data-number", first)
    await on_page(page.locator("#toast")).to_contain_text(f"{first}: CAT III")
    assert (await caller.desk.ticket(first)).category is Category.III
    await page.locator("#undo").tap()
    await on_page(page.locator("#inbox")).to_have_attribute("data-number", first)
    assert (await caller.desk.ticket(first)).category is None
    assert not await ilse.must_scroll_sideways()
