"""The week of the rota on its page: who is drawn where, holes and how to fill them, overrides, swaps, hours."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect as on_page
from sqlmodel import col, select, update

from ari_app.desk.actor import Actor
from ari_app.desk.rota_swaps import Period
from ari_app.store.rota_tables import LinkPurpose, SwapState
from ari_app.store.tables import DutyRow, Role
from ari_app.web.rota_grid import grid
from routing.rota import Duty, Engineer, line_ups
from tests.web.test_browser import DESK, PHONE, Supervisor, artefacts, browser, sit_down  # noqa: F401  the fixtures

OWN = {"Sec-Fetch-Site": "same-origin"}
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SUPERVISOR = Actor("ilse", Role.SUPERVISOR)
WEEK = "/rota?week=2026-11-16"
FENNA, BRAM = Engineer(1, "Fenna Fictief", ("+31612345001",)), Engineer(2, "Bram Bedacht", ("+31612345002",))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@pytest.fixture
async def hole(web_store) -> None:
    """On Sunday 22 November nobody has duty from 09:30 on."""
    end = at("2026-11-22T09:30")
    async with web_store.session() as session:
        late = col(DutyRow.starts_at) <= end, col(DutyRow.ends_at) > end
        await session.exec(update(DutyRow).where(*late).values(ends_at=end))


def test_people_stand_in_pieces_in_which_the_order_stays_the_same():
    begin, end = at("2026-11-21T08:30"), at("2026-11-21T12:00")
    first, second = Duty(FENNA, begin, end, 1), Duty(BRAM, begin, end, 2)
    override = Duty(BRAM, at("2026-11-21T10:00"), at("2026-11-21T11:00"), 1, is_override=True)

    found = line_ups([first, second, override], begin, end)

    assert [(f"{one.starts_at:%H:%M}", [who.name for who in one.engineers]) for one in found] == [
        ("08:30", ["Fenna Fictief", "Bram Bedacht"]),
        ("10:00", ["Bram Bedacht"]),
        ("11:00", ["Fenna Fictief", "Bram Bedacht"]),
    ]
    assert [one.replaced for one in found] == [None, FENNA, None]


def test_where_nobody_is_on_duty_is_a_piece_too():
    begin, end = at("2026-11-21T08:30"), at("2026-11-21T12:00")

    (found,) = line_ups([], begin, end)

    assert (found.starts_at, found.ends_at, found.engineers) == (begin, end, ())


async def test_each_quarter_of_the_axis_lies_in_one_block(desk, clock, hole):
    week = await desk.rota_weeks.week(at("2026-11-16").date())

    drawn = grid(week, clock.now())

    for column in drawn.columns:
        rows = [row for block in column.blocks for row in range(block.row, block.row + block.rows)]
        assert sorted(rows) == list(range(drawn.rows)), column.name


async def test_a_hole_is_told_drawn_and_offered_to_be_filled(visitor, hole):
    text = await (await visitor.get(WEEK)).text()
    (offer,) = re.findall(r'class="fills" href="(/rota\?[^"]+)#vervanging"', text)
    form = await (await visitor.get(offer.replace("&amp;", "&"))).text()

    assert "zo 22 nov, 09:30–12:00: niemand heeft dienst." in text
    assert re.search(r'class="shift hole from-\d+ len-10"', text)
    assert 'value="2026-11-22T09:30"' in form
    assert 'value="2026-11-22T12:00"' in form
    assert re.search(r'type="radio" name="engineer" value="Bram Bedacht" required checked', form)


async def test_each_shift_that_is_not_over_is_a_link_to_replace_it_also_without_dragging(visitor):
    text = await (await visitor.get(WEEK)).text()
    shift = "/rota?week=2026-11-16&amp;from=2026-11-18T07:30&amp;until=2026-11-18T08:30#vervanging"

    assert text.count(f'href="{shift}"') == 2  # in the week, and in the list of a phone
    assert "#vervanging" not in await (await visitor.get("/rota?week=2026-10-19")).text()


async def test_who_has_only_the_first_hour_of_the_period_can_take_all_of_it(desk):
    week = await desk.rota_weeks.week(at("2026-11-16").date())
    sanne = await desk.rota.engineer("Sanne Schijn")
    await desk.rota.override([Duty(sanne, at("2026-11-18T07:30"), at("2026-11-18T08:00"))], "ruil", SUPERVISOR)

    found = await desk.rota_weeks.candidates(at("2026-11-18T07:30"), at("2026-11-18T08:30"), week.shares)

    assert [one.why_not for one in found if one.engineer.name == "Sanne Schijn"] == [""]


async def test_an_override_is_kept_with_its_reason_and_drawn_with_whom_it_replaces(visitor, desk):
    form = {"week": "2026-11-16", "engineer": "Sanne Schijn", "position": "1", "from": "2026-11-18T07:30"}
    form |= {"until": "2026-11-18T08:30", "why": "Fenna is naar de tandarts"}

    answer = await visitor.post("/rota/override", data=form, headers=OWN, allow_redirects=False)
    text = await (await visitor.get(answer.headers["Location"])).text()

    assert (answer.status, answer.headers["Location"]) == (303, WEEK)
    assert "<s>Fenna Fictief</s> vervangen" in text
    assert (await desk.rota.changes(1))[0].why == "Fenna is naar de tandarts"


async def test_an_override_that_is_refused_says_why_and_keeps_what_was_typed(visitor):
    form = {"engineer": "Sanne Schijn", "position": "1", "from": "2026-11-18T08:30", "until": "2026-11-18T07:30"}

    answer = await visitor.post("/rota/override", data={**form, "why": "ruil"}, headers=OWN)
    text = await answer.text()

    assert answer.status == 409
    assert "Kan nadat het einde na het begin ligt" in text
    assert 'value="2026-11-18T08:30"' in text
    assert "<option selected>Sanne Schijn</option>" in text


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "x"])
async def test_a_week_that_no_calendar_has_is_the_present_one(visitor, day):
    this_week = (await (await visitor.get("/rota")).text()).split("<main")[1][:400]

    for query in (f"week={day}", f"from={day}T00:00&until={day}T01:00"):
        answer = await visitor.get(f"/rota?{query}")
        assert answer.status == 200
        assert (await answer.text()).split("<main")[1][:400] == this_week


@pytest.mark.parametrize("until", ["", "gisteren", "2026-11-18"])
async def test_a_time_that_can_not_be_read_is_refused_and_not_guessed(visitor, desk, until):
    form = {"engineer": "Sanne Schijn", "position": "x", "from": "2026-11-18T08:30", "until": until, "why": "x"}

    answer = await visitor.post("/rota/override", data=form, headers=OWN)

    assert answer.status == 409
    assert await desk.rota.overrides() == []


async def test_an_override_can_be_taken_back(visitor, desk):
    duty = Duty(await desk.rota.engineer("Sanne Schijn"), at("2026-11-18T07:30"), at("2026-11-18T08:30"), 1)
    await desk.rota.override([duty], "ruil", SUPERVISOR)
    (there,) = await desk.rota.overrides()

    answer = await visitor.post(f"/rota/override/{there.number}/remove", data={"why": "toch niet"}, headers=OWN)

    assert answer.status == 200
    assert await desk.rota.overrides() == []


async def test_a_swap_is_asked_and_accepted_on_the_page(visitor, desk):
    form = {"giver": "Fenna Fictief", "taker": "Bram Bedacht", "position": "1"}
    form |= {"from": "2026-11-18T07:30", "until": "2026-11-18T08:30", "week": "2026-11-16"}

    await visitor.post("/rota/swap", data=form, headers=OWN)
    (asked,) = await desk.swaps.list()
    await visitor.post(f"/rota/swap/{asked.number}", data={"answer": "accept"}, headers=OWN)

    assert (await desk.swaps.list())[0].state is SwapState.ACCEPTED
    assert (await desk.on_duty(at("2026-11-18T08:00")))[0].name == "Bram Bedacht"


async def test_a_swap_is_taken_back_on_the_page_and_one_that_nobody_answered_says_so(visitor, desk, clock):
    for begin, end in (("11:00", "11:30"), ("15:00", "16:00")):
        given = Period(at(f"2026-11-10T{begin}"), at(f"2026-11-10T{end}"))
        await desk.swaps.ask("Fenna Fictief", "Bram Bedacht", given, SUPERVISOR)
    newest, _ = await desk.swaps.list()

    await visitor.post(f"/rota/swap/{newest.number}", data={"answer": "withdraw"}, headers=OWN)
    clock.move(timedelta(hours=1))
    text = await (await visitor.get("/rota")).text()

    assert "Fenna Fictief trok de vraag aan Bram Bedacht over di 10 nov, 15:00–16:00 in." in text
    assert "Bram Bedacht antwoordde niet op tijd over de dienst van Fenna Fictief van di 10 nov, 11:00–11:30." in text
    assert "Neem over" not in text


async def test_an_address_is_listed_without_its_secret_and_taken_back(visitor, stranger, desk):
    token = await desk.rota_links.make(LinkPurpose.CALENDAR, "Bram Bedacht", SUPERVISOR)
    before = await (await visitor.get("/rota")).text()
    form = {"purpose": "calendar", "engineer": "Bram Bedacht"}

    taken = await visitor.post("/rota/link/revoke", data=form, headers=OWN)
    again = await visitor.post("/rota/link/revoke", data=form, headers=OWN)

    assert "Agenda van Bram Bedacht" in before
    assert token not in before
    assert "Agenda van Bram Bedacht" not in await taken.text()
    assert (await stranger.get(f"/rota/{token}.ics")).status == 404
    assert again.status == 409


async def test_an_engineer_answers_for_nobody_else(desk):
    given = Period(at("2026-11-18T07:30"), at("2026-11-18T08:30"))
    asked = await desk.swaps.ask("Fenna Fictief", "Bram Bedacht", given, Actor("fenna", Role.ENGINEER, 1))

    with pytest.raises(ValueError, match="Kan nadat Bram Bedacht zelf of een supervisor antwoordt"):
        await desk.swaps.answer(asked.number, True, Actor("sanne", Role.ENGINEER, 3))
    with pytest.raises(ValueError, match="Kan nadat Bram Bedacht zelf of een supervisor dit vraagt"):
        await desk.swaps.ask("Bram Bedacht", "Sanne Schijn", given, Actor("fenna", Role.ENGINEER, 1))

    assert (await desk.swaps.answer(asked.number, True, Actor("bram", Role.ENGINEER, 2))).state is SwapState.ACCEPTED


async def test_hours_of_the_quarter_are_those_in_which_somebody_is_rung_first(desk, web_store):
    async with web_store.session() as session:
        for duty in await session.exec(select(DutyRow)):
            await session.delete(duty)
    duty = Duty(await desk.rota.engineer("Sanne Schijn"), at("2026-11-21T00:00"), at("2026-11-22T00:00"), 1)
    await desk.rota.override([duty], "het hele weekend", SUPERVISOR)

    week = await desk.rota_weeks.week(at("2026-11-16").date())

    assert next((one.engineer.name, one.first) for one in week.shares) == ("Sanne Schijn", timedelta(hours=3.5))
    assert week.quarter == 4


@pytest.mark.browser
@pytest.mark.timeout(120)
async def test_dragging_over_a_day_fills_the_form_in_and_the_keyboard_does_too(sit_down, artefacts):  # noqa: F811
    ilse: Supervisor = await sit_down()
    await ilse.opens(WEEK)
    saturday = ilse.page.locator('[data-day="2026-11-21"]')
    box = await saturday.bounding_box()
    quarter = box["height"] / float(await ilse.page.locator(".rota").get_attribute("data-rows"))

    await ilse.page.mouse.move(box["x"] + 20, box["y"] + quarter * 6.5)
    await ilse.page.mouse.down()
    await ilse.page.mouse.move(box["x"] + 20, box["y"] + quarter * 9.5, steps=4)
    await ilse.page.screenshot(path=artefacts / "rota-drag.png")
    await ilse.page.mouse.up()
    begin, end = ilse.page.get_by_label("Van", exact=True).first, ilse.page.get_by_label("Tot", exact=True).first

    await on_page(begin).to_have_value("2026-11-21T09:00")
    await on_page(end).to_have_value("2026-11-21T10:00")
    await on_page(ilse.page.get_by_role("radio", name="Bram Bedacht")).to_be_enabled()
    await ilse.page.get_by_label("Reden").first.fill("tandarts")
    box = await saturday.bounding_box()
    await ilse.page.mouse.move(box["x"] + 20, box["y"] + quarter * 10.5)
    await ilse.page.mouse.down()
    await ilse.page.mouse.move(box["x"] + box["width"] * 1.5, box["y"] + quarter * 7.5, steps=4)
    await ilse.page.mouse.up()
    await on_page(begin).to_have_value("2026-11-21T10:00")
    await on_page(end).to_have_value("2026-11-22T09:30")
    await ilse.page.locator('[data-day="2026-11-19"] .shift').click()
    await on_page(begin).to_have_value("2026-11-19T07:30")
    await on_page(end).to_have_value("2026-11-19T08:30")
    await on_page(ilse.page.get_by_label("Reden").first).to_have_value("tandarts")
    await ilse.page.locator('[data-day="2026-11-20"]').focus()
    for key in ("ArrowDown", "ArrowDown", "Shift+ArrowUp", "Enter"):
        await ilse.page.keyboard.press(key)
    await on_page(begin).to_have_value("2026-11-20T07:45")
    await on_page(end).to_have_value("2026-11-20T08:30")
    assert ilse.complaints == []


@pytest.mark.browser
async def test_on_a_phone_the_week_is_a_list_for_each_day(sit_down, artefacts):  # noqa: F811
    ilse: Supervisor = await sit_down(PHONE)
    await ilse.opens(WEEK)

    await on_page(ilse.page.locator(".daily")).to_be_visible()
    await on_page(ilse.page.locator(".rota")).to_be_hidden()
    await on_page(ilse.page.get_by_role("button", name="Bewaar vervanging")).to_be_visible()
    assert not await ilse.must_scroll_sideways()
    await ilse.page.screenshot(path=artefacts / "rota-390.png", full_page=True)
