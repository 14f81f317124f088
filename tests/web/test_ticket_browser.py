# ruff: noqa: F811 - fixtures of the other file
"""A ticket from beginning to end in a real browser, by keyboard, on a desk and on a phone."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import expect as on_page

from tests.web.test_browser import DESK, PHONE, artefacts, browser, morning, sit_down  # noqa: F401  fixtures

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


async def test_a_ticket_is_begun_planned_put_to_wait_booked_and_solved(
    sit_down,
    morning,
    accounts,
    password,
    clock,
    artefacts,
):
    await accounts.link("ilse", "Fenna Fictief")
    ilse, number = await sit_down(), morning[0]
    page = ilse.page
    await ilse.opens(f"/tickets/{number}")
    await on_page(page.get_by_role("heading", name="Eerste reactie")).to_be_visible()

    await page.keyboard.press("b")
    await on_page(page.get_by_role("status").filter(has_text="Begin met oplossen")).to_be_visible()

    clock.move(timedelta(minutes=20))
    await page.get_by_role("link", name="Leg oplossingsplan vast").click()
    await on_page(page.get_by_label("Oplossingsplan")).to_be_focused()
    await page.keyboard.type("de router vervangen, vandaag")
    await page.get_by_label("Verteld aan").fill("Planning")
    await page.screenshot(path=artefacts / "ticket-form-1440.png", full_page=True)
    await page.get_by_role("button", name="Leg oplossingsplan vast").click()
    await on_page(page.locator(".pill").first).to_have_text("Plan ligt vast")

    await page.get_by_role("link", name="Vraag het de klant").click()
    await page.get_by_label("De vraag, zoals verstuurd").fill("mag de router een uur uit?")
    await page.get_by_label("Gestuurd aan").fill("Planning")
    await page.get_by_label("Gestuurd aan").press("Enter")
    clock.move(timedelta(minutes=40))
    await page.get_by_role("link", name="Leg antwoord van de klant vast").click()
    await page.get_by_label("Wat de klant zei").fill("ja, na twaalven")
    await page.get_by_role("button", name="Leg antwoord van de klant vast").click()
    await page.screenshot(path=artefacts / "ticket-waited-1440.png", full_page=True)

    await page.get_by_text("Uren, kosten en akkoord").click()
    await page.get_by_role("link", name="Boek uren").click()
    await page.get_by_label("Van", exact=True).fill("2026-11-10T11:00")
    await on_page(page.locator("#preview")).to_contain_text("3 × 15 min")
    await page.screenshot(path=artefacts / "ticket-hours-1440.png", full_page=True)
    await page.get_by_role("button", name="Boek uren").click()

    await page.get_by_role("link", name="Meld opgelost").click()
    await page.get_by_label("De oplossing").fill("router vervangen")
    await page.get_by_role("button", name="Meld opgelost").click()
    await on_page(page.locator(".pill").first).to_have_text("Opgelost")
    await on_page(page.get_by_role("button", name="Neem de melding")).to_have_attribute("aria-disabled", "true")
    await page.screenshot(path=artefacts / "ticket-solved-1440.png", full_page=True)
    assert ilse.complaints == []
    assert ilse.foreign == []


async def test_the_clock_counts_down_from_the_time_of_the_server_and_stops_at_closing_time(sit_down, morning):
    ilse = await sit_down()
    await ilse.page.clock.install()
    await ilse.opens(f"/tickets/{morning[0]}")
    big = ilse.page.locator(".clock .big").first
    first = int(await big.get_attribute("data-left"))
    assert first > 0

    await ilse.page.clock.run_for(61_000)
    assert await big.inner_text() == _left(first - 61)
    until = await big.get_attribute("data-then")
    await ilse.page.clock.run_for(8 * 3600 * 1000)
    assert await big.inner_text() == until
    assert re.fullmatch(r"staat stil tot wo 08:30", until)
    assert ilse.complaints == []


def _left(seconds: int) -> str:
    minutes = abs(seconds) // 60
    return f"nog {minutes // 60} u {minutes % 60:02d}" if minutes >= 60 else f"nog {minutes} min"


async def test_on_a_phone_the_actions_come_first_then_the_clocks_then_what_happened(sit_down, morning, artefacts):
    ilse = await sit_down(PHONE)
    await ilse.opens(f"/tickets/{morning[0]}")

    tops = [(await ilse.page.locator(place).bounding_box())["y"] for place in (".acts", ".clocks", ".tline")]

    assert tops == sorted(tops)
    assert not await ilse.must_scroll_sideways()
    await ilse.page.screenshot(path=artefacts / "ticket-390.png", full_page=True)
    await ilse.opens(f"/tickets/{morning[0]}?do=book-time")
    assert not await ilse.must_scroll_sideways()
    await ilse.page.screenshot(path=artefacts / "ticket-390-form.png", full_page=True)


async def test_tickets_are_found_and_walked_by_keyboard_alone(sit_down, morning, artefacts):
    ilse = await sit_down(DESK)
    page = ilse.page

    await page.keyboard.press("/")
    await on_page(page.locator("#q")).to_be_focused()
    await page.keyboard.type("testrit")
    await page.keyboard.press("Enter")
    await on_page(page.locator(".tickets > li")).to_have_count(1)
    await page.screenshot(path=artefacts / "list-search-1440.png", full_page=True)
    await page.keyboard.press("Escape")
    await page.get_by_role("link", name="Wis").click()
    await on_page(page.locator(".tickets > li")).to_have_count(4)
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await on_page(page.locator(".tickets .who a").nth(1)).to_be_focused()
    await page.keyboard.press("Enter")
    await on_page(page.locator("main[data-ticket]")).to_be_visible()
    await page.keyboard.press("k")
    await page.wait_for_url(f"**/tickets/{morning[1]}")
    assert ilse.complaints == []
