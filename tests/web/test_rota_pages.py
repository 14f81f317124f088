"""The rota in the pages: who is on duty, secret addresses for calendars, and one button on the phone of an engineer."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import expect as on_page

from ari_app.desk.actor import Actor
from ari_app.store.rota_tables import LinkPurpose
from ari_app.store.tables import Role
from tests.web.test_browser import PHONE, browser  # noqa: F401  the fixture

OWN = {"Sec-Fetch-Site": "same-origin"}
SUPERVISOR = Actor("ilse", Role.SUPERVISOR)
NOBODY_S_TOKEN = "x" * 43


async def test_the_page_of_the_rota_says_who_is_on_duty_and_what_is_wrong(visitor):
    text = await (await visitor.get("/rota")).text()

    assert re.findall(r"<ol><li>(.*?)</li>", text) == ["Fenna Fictief"]
    assert "Fenna Fictief heeft als eerste dienst, maar is van lijn 1" in text


async def test_a_supervisor_makes_a_secret_address_that_a_calendar_can_read(visitor, stranger):
    form = {"purpose": "calendar", "engineer": "Bram Bedacht"}
    text = await (await visitor.post("/rota/link", data=form, headers=OWN)).text()
    (path,) = re.findall(r"<code>http://[^/]+(/rota/[^<]+\.ics)</code>", text)

    answer = await stranger.get(path)

    assert (answer.status, answer.content_type) == (200, "text/calendar")
    file = await answer.text()
    assert "SUMMARY:Dienst 2: Bram Bedacht" in file
    assert "Fenna" not in file
    assert "<code>" not in await (await visitor.get("/rota")).text()


@pytest.mark.parametrize("form", [{"purpose": "garden"}, {}])
async def test_an_address_for_something_unknown_is_not_made(visitor, form):
    assert (await visitor.post("/rota/link", data=form, headers=OWN)).status == 400


async def test_an_address_that_can_not_be_made_says_why(visitor):
    answer = await visitor.post("/rota/link", data={"purpose": "duty", "engineer": ""}, headers=OWN)

    assert answer.status == 403
    assert "Kan nadat een engineer is gekozen" in await answer.text()


async def test_an_address_that_nobody_made_opens_nothing(stranger, desk):
    calendar = await desk.rota_links.make(LinkPurpose.CALENDAR, "Bram Bedacht", SUPERVISOR)

    for path in (f"/rota/{NOBODY_S_TOKEN}.ics", f"/duty/{NOBODY_S_TOKEN}", f"/duty/{calendar}"):
        assert (await stranger.get(path)).status == 404, path


async def test_who_has_no_duty_is_told_so_and_can_not_take_one(stranger, desk):
    token = await desk.rota_links.make(LinkPurpose.DUTY, "Bram Bedacht", SUPERVISOR)

    answer = await stranger.post(f"/duty/{token}", headers=OWN)

    assert answer.status == 409
    assert "Je hoeft niets te doen" in await answer.text()


async def test_no_other_site_can_take_a_duty_for_an_engineer(stranger, desk):
    token = await desk.rota_links.make(LinkPurpose.DUTY, "Fenna Fictief", SUPERVISOR)

    assert (await stranger.post(f"/duty/{token}", headers={"Sec-Fetch-Site": "cross-site"})).status == 403
    assert not (await desk.handshake.offer(1)).is_taken


@pytest.mark.browser
async def test_an_engineer_takes_the_duty_with_one_button_on_the_phone(browser, stranger, desk, clock):  # noqa: F811
    clock.move(timedelta(minutes=1))
    token = await desk.rota_links.make(LinkPurpose.DUTY, "Fenna Fictief", SUPERVISOR)
    page = await browser.new_page(viewport=PHONE, locale="nl-NL")
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)

    await page.goto(str(stranger.make_url(f"/duty/{token}")))
    await page.get_by_role("button", name="Ik ben er").click()

    await on_page(page.get_by_role("status")).to_contain_text("Je hebt de dienst.")
    assert not await page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert (await desk.handshake.offer(1)).is_taken
    assert complaints == []
