# ruff: noqa: F811 - fixtures of the other file
"""An administrator in a real browser, on a desk and on a phone: a request about one's data, settings, tokens, the menu."""

import pytest
from playwright.async_api import expect as on_page

from ari_app.desk.actor import Actor
from ari_app.store.tables import Role, TicketRow
from sla.ticket import TicketState
from tests.web.test_browser import DESK, PHONE, artefacts, browser, sit_down  # noqa: F401  fixtures

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
SIZES = pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
LAPTOP = {"width": 1280, "height": 800}


@pytest.fixture
async def password(accounts) -> str:
    """Of an administrator, who is the only one."""
    return await accounts.create("ilse", "administrator")


@pytest.fixture
async def closed(caller, desk, web_store) -> str:
    """A ticket of Planning that is finished, and one that is not."""
    number = await caller.leaves_message()
    await caller.was_heard(number, "bij ons ligt alles plat")
    async with web_store.session() as session:
        (await session.get_one(TicketRow, 1)).state = TicketState.CLOSED
    await caller.leaves_message()
    await desk.contacts.note(1, "Planning", Actor("ilse", Role.ADMINISTRATOR), "planning@testrit.example")
    return number


async def picture(ilse, artefacts, name: str) -> None:
    width = ilse.page.viewport_size["width"]
    await ilse.page.screenshot(path=artefacts / f"{name}-{width}.png", full_page=True)
    assert not await ilse.must_scroll_sideways(), name


@SIZES
async def test_somebody_is_found_put_on_hold_handed_their_data_and_erased(sit_down, closed, artefacts, viewport):
    """R-113, R-114"""
    ilse = await sit_down(viewport=viewport)
    page = ilse.page
    await ilse.opens("/persons")
    await page.get_by_label("Telefoonnummer of naam").fill("planning")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="Bekijk").click()
    await on_page(page.get_by_role("button", name="Wis uit 1 ticket")).to_be_visible()
    await picture(ilse, artefacts, "persons-held")

    async with page.expect_download() as download:
        await page.get_by_role("button", name="Download alles als zip").click()
    assert (await download.value).suggested_filename.startswith("persoonsgegevens-")

    await page.get_by_label("Reden", exact=True).fill("geschil van 3 november")
    await page.get_by_role("button", name="Leg vast").click()
    await on_page(page.get_by_text("geschil van 3 november").first).to_be_visible()
    await page.get_by_role("link", name="+31850004120").or_(page.get_by_role("link", name="085 000 4120")).first.click()
    await on_page(page.get_by_text("blijft: bewaarplicht").first).to_be_visible()
    await picture(ilse, artefacts, "persons-on-hold")

    await page.get_by_label("Reden van opheffen").fill("geschil is voorbij")
    await page.get_by_role("button", name="Hef op").click()
    await on_page(page.get_by_text("geschil is voorbij").first).to_be_visible()
    await ilse.opens("/persons?number=%2B31850004120")
    await page.get_by_label("Reden van het wissen").fill("mail van 3 november")
    await page.get_by_role("button", name="Wis uit 1 ticket").click()
    await on_page(page.get_by_text(f"Gewist uit: {closed}.")).to_be_visible()
    await picture(ilse, artefacts, "persons-erased")

    assert ilse.complaints == []
    assert ilse.foreign == []


@SIZES
async def test_a_token_is_made_shown_once_and_revoked(sit_down, artefacts, viewport):
    ilse = await sit_down(viewport=viewport)
    page = ilse.page
    await ilse.opens("/tokens")
    await page.get_by_label("Waarvoor is het").fill("Koppeling met de boekhouding")
    await page.get_by_label("Hoe lang geldt het").select_option("30")
    await page.get_by_role("button", name="Maak het token").click()
    token = await page.locator(".secret").inner_text()
    await picture(ilse, artefacts, "tokens-made")

    await ilse.opens("/tokens")
    await on_page(page.get_by_text("nog nooit gebruikt")).to_be_visible()
    assert token not in await page.content()
    await page.get_by_role("button", name="Trek in").click()
    await on_page(page.get_by_text("Er is geen token dat geldt.")).to_be_visible()
    await page.get_by_text("Verlopen of ingetrokken (1)").click()
    await on_page(page.get_by_text("ingetrokken dinsdag").or_(page.get_by_text("ingetrokken di"))).to_be_visible()
    await picture(ilse, artefacts, "tokens-revoked")

    assert ilse.complaints == []
    assert ilse.foreign == []


@SIZES
async def test_the_settings_are_read_without_scrolling_sideways(sit_down, artefacts, viewport):
    ilse = await sit_down(viewport=viewport)

    await ilse.opens("/settings")

    await on_page(ilse.page.get_by_role("heading", name="Instellingen").first).to_be_visible()
    await picture(ilse, artefacts, "settings")
    assert ilse.complaints == []


@pytest.mark.parametrize("viewport", [LAPTOP, DESK], ids=["laptop", "desk"])
async def test_the_whole_menu_of_an_administrator_fits(sit_down, artefacts, viewport):
    ilse = await sit_down(viewport=viewport)

    fits = await ilse.page.locator(".nav").evaluate("nav => nav.scrollWidth <= nav.clientWidth")

    await ilse.page.screenshot(
        path=artefacts / f"menu-{viewport['width']}.png",
        clip={"x": 0, "y": 0, "width": viewport["width"], "height": 120},
    )
    assert fits


@SIZES
async def test_a_contact_gets_another_name_and_number_on_the_page_of_the_customer(
    sit_down, closed, desk, artefacts, viewport
):
    """R-141"""
    ilse = await sit_down(viewport=viewport)
    page = ilse.page
    await ilse.opens("/customers/1#contacten")
    await page.get_by_text("Wijzig Planning").click()
    form = page.locator("details[open] form")
    await form.get_by_label("Naam").fill("Ritplanning")
    await form.get_by_label("Nummers").fill("020 765 4321")
    await picture(ilse, artefacts, "contact-change")

    await form.get_by_role("button", name="Bewaar").click()

    await on_page(page.get_by_role("rowheader", name="Ritplanning")).to_be_visible()
    assert (await desk.who_is("+31207654321")).customer_id == 1
    await picture(ilse, artefacts, "contact-changed")
    assert ilse.complaints == []
