"""The review inbox in a real browser: its keys, what goes wrong, and a phone. Ten messages: see test_journeys.py."""

import re

import pytest
from playwright.async_api import expect as on_page

from ari_app.desk.actor import Actor
from ari_app.desk.commands.review import review
from ari_app.desk.outcomes import Outcome
from ari_app.store.tables import Role
from sla.terms import Category
from tests.web.test_browser import (  # noqa: F401  the fixtures
    ALL_DOWN,
    DESK,
    PHONE,
    artefacts,
    browser,
    sit_down,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
ONE_PHONE = "goedemorgen alleen mijn toestel doet het niet de rest werkt gewoon door"
GUARD_MS = 420


@pytest.fixture
async def ten(caller) -> list[str]:
    """Ten messages of two customers, most of them grave."""
    numbers = []
    for place in range(10):
        number = await caller.leaves_message("+31850004120" if place < 6 else "+31850004130", seconds=3)
        await caller.was_heard(number, ONE_PHONE if place % 3 == 2 else f"{ALL_DOWN}", seconds=12.0)
        numbers.append(number)
    return numbers


async def number_shown(page) -> str:
    return await page.locator("#inbox").get_attribute("data-number")


async def press_and_wait(page, key: str) -> None:
    """As soon as another report is there and the keys live again."""
    before = await number_shown(page)
    await page.keyboard.press(key)
    await on_page(page.locator("#inbox")).not_to_have_attribute("data-number", before)
    await on_page(page.locator("#mh")).to_be_focused()
    await page.wait_for_timeout(GUARD_MS)


# The press comes in the very moment that another report is there: from outside it could be later than the guard lasts.
PRESSES_AGAIN_AT_ONCE = """(key) => {
    const watch = new MutationObserver(() => {
        if (document.activeElement?.id !== 'mh') return;
        watch.disconnect();
        document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
        document.documentElement.dataset.pressedFor = document.querySelector('#inbox').dataset.number;
    });
    watch.observe(document.documentElement, { childList: true, subtree: true, characterData: true });
}"""


async def test_a_double_press_never_decides_the_next_one(sit_down, ten, caller):  # noqa: F811
    ilse = await sit_down()
    await ilse.opens("/review")
    first = await number_shown(ilse.page)
    await ilse.page.evaluate(PRESSES_AGAIN_AT_ONCE, "3")

    await ilse.page.keyboard.press("3")
    await on_page(ilse.page.locator("#inbox")).not_to_have_attribute("data-number", first)
    second = await number_shown(ilse.page)
    await on_page(ilse.page.locator("html")).to_have_attribute("data-pressed-for", second)
    await ilse.page.wait_for_timeout(GUARD_MS)

    decided = [number for number in ten if (await caller.desk.ticket(number)).category]
    assert decided == [first]


async def test_space_arrows_speed_and_evidence_work_the_player_and_keys_can_be_off(sit_down, ten):  # noqa: F811
    ilse = await sit_down()
    page = ilse.page
    await ilse.opens("/review")

    await page.keyboard.press("Space")
    assert await ilse.hears_from(0.1) > 0.1
    await page.keyboard.press("Space")
    await page.keyboard.press("s")
    await on_page(page.locator("#speed")).to_contain_text("1,25×")
    await page.keyboard.press("j")
    await on_page(page.locator(".pager")).to_contain_text("2 van 10")
    await page.keyboard.press("?")
    await page.locator("#keys-on").uncheck()
    await page.get_by_role("button", name="Sluiten").click()
    await page.locator("#mh").focus()
    await page.keyboard.press("k")

    await on_page(page.locator(".pager")).to_contain_text("2 van 10")
    assert [said for said in ilse.complaints if "play()" not in said] == []


async def test_a_decision_that_is_not_saved_says_so_and_keeps_the_choice(sit_down, ten, caller):  # noqa: F811
    ilse = await sit_down()
    page = ilse.page
    await ilse.opens("/review")
    first = await number_shown(page)
    await page.context.set_offline(True)

    await page.keyboard.press("3")

    await on_page(page.locator("#unsaved")).to_contain_text("Niet bewaard. De server antwoordde niet. Je keuze CAT III")
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Probeer opnieuw").click()
    await on_page(page.locator("#inbox")).not_to_have_attribute("data-number", first)
    assert (await caller.desk.ticket(first)).category is Category.III


async def test_a_session_that_ended_keeps_what_was_typed_and_leads_back_here(sit_down, ten):  # noqa: F811
    ilse = await sit_down()
    page = ilse.page
    await ilse.opens(f"/review/{ten[0]}")
    await page.keyboard.press("v")
    await on_page(page.locator("#question")).to_be_focused()
    await page.locator("#question").fill("Welke toestellen zijn het?")
    await page.locator("#sent-to").fill("info@transport.example")
    await page.context.clear_cookies()

    await page.get_by_role("button", name="Gesteld: zet de klok stil").click()

    await on_page(page.get_by_role("alert")).to_contain_text("Niet bewaard. Je bent uitgelogd.")
    await on_page(page.locator("#question")).to_have_value("Welke toestellen zijn het?")
    login = page.get_by_role("link", name="Log in op een ander tabblad")
    await on_page(login).to_have_attribute("href", f"/login?next=%2Freview%2F{ten[0]}")


async def test_after_a_fact_was_saved_or_refused_the_focus_is_where_it_was(sit_down, ten):  # noqa: F811
    ilse = await sit_down()
    page = ilse.page
    await ilse.opens(f"/review/{ten[0]}")
    opens = page.locator(".edit:has([name=name][value=people]) summary")
    people = page.locator(".edit:has([name=name][value=people]) [name=value]")

    await opens.press("Enter")
    await people.fill("zes")
    await people.press("Enter")
    await on_page(page.locator("#inbox [role=alert]:visible")).to_contain_text("'zes' is geen aantal mensen")
    await on_page(people).to_be_focused()
    await people.fill("6")
    await people.press("Enter")

    await on_page(opens).to_be_focused()
    await on_page(page.locator(".facts")).to_contain_text("6")


async def test_a_recording_that_is_gone_says_so_where_it_should_play(sit_down, ten, caller):  # noqa: F811
    (caller.line.recordings / (await caller.desk.ticket(ten[0])).voicemail.recording).unlink()
    ilse = await sit_down()
    await ilse.opens(f"/review/{ten[0]}")
    await on_page(ilse.page.get_by_text("De opname speelt niet.")).not_to_be_visible()

    await ilse.page.keyboard.press("Space")
    await on_page(ilse.page.get_by_text("De opname speelt niet.")).to_be_visible()

    await ilse.opens(f"/tickets/{ten[0]}")
    await on_page(ilse.page.get_by_text("De opname speelt niet.")).not_to_be_visible()
    await ilse.page.keyboard.press("p")
    await on_page(ilse.page.get_by_text("De opname speelt niet.")).to_be_visible()


async def test_the_keys_for_something_else_count_while_a_reason_is_asked_for(sit_down, ten, caller):  # noqa: F811
    ilse = await sit_down()
    await ilse.opens("/review")
    first = await number_shown(ilse.page)
    await ilse.page.keyboard.press("2")
    await on_page(ilse.page.get_by_text("onder het voorstel CAT III")).to_be_visible()

    await press_and_wait(ilse.page, "0")

    await on_page(ilse.page.locator("#toast")).to_contain_text(first)
    assert (await caller.desk.ticket(first)).category is None


async def test_what_comes_in_and_what_is_decided_elsewhere_change_the_queue_at_once(sit_down, ten, caller):  # noqa: F811
    ilse = await sit_down()
    await ilse.opens("/review")
    await on_page(ilse.page.locator("[data-row]")).to_have_count(10)
    first = await number_shown(ilse.page)

    came_in = await caller.leaves_message("+31850004150", seconds=3)
    await on_page(ilse.page.locator(f'[data-row="{came_in}"]')).to_be_visible()
    await caller.desk.change(ten[9], Actor("bas", Role.SUPERVISOR), review, Outcome.CAT_III, "zo gehoord")

    await on_page(ilse.page.locator(f'[data-row="{ten[9]}"]')).to_have_count(0)
    assert await number_shown(ilse.page) == first


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_a_phone_list_and_message_are_two_screens_with_the_button_at_the_bottom(
    sit_down,  # noqa: F811
    ten,
    artefacts,  # noqa: F811
    scheme,
):
    ilse = await sit_down(PHONE, scheme)
    page = ilse.page
    await ilse.opens("/review")
    await on_page(page.locator("#mh")).not_to_be_visible()
    assert not await ilse.must_scroll_sideways()
    await page.screenshot(path=artefacts / f"review-390-list-{scheme}.png")

    await page.locator("[data-row]").first.click()

    await on_page(page.locator("#mh")).to_be_visible()
    await on_page(page.locator(".queue")).not_to_be_visible()
    await on_page(page.locator("#confirm")).to_be_in_viewport()
    assert not await ilse.must_scroll_sideways()
    await page.screenshot(path=artefacts / f"review-390-message-{scheme}.png", full_page=True)
    await page.get_by_role("link", name="Wachtrij").click()
    await on_page(page.locator(".queue")).to_be_visible()
    await on_page(page).to_have_url(re.compile("/review$"))


#: What is too low for a thumb, by its words. Links inside a sentence may be, and so are the words of a text: their place
#: to press is as high as their line.
TOO_LOW = """() => {
    for (const part of document.querySelectorAll('main details')) part.open = true;
    const high = (one) => one?.getBoundingClientRect().height ?? 0;
    const isSeen = (one) => high(one) > 1 && one.type !== 'hidden' && !one.closest('.sr') && !one.matches('.skip');
    const isInText = (one) => one.matches('.text .w') || (one.matches('a') && getComputedStyle(one).display === 'inline');
    return [...document.querySelectorAll('a, button, input, select, textarea, summary')]
        .filter((one) => isSeen(one) && !isInText(one) && Math.max(high(one), high(one.closest('label'))) < 43.5)
        .map((one) => `${one.tagName} ${one.textContent.trim() || one.name || one.id}`);
}"""


async def test_on_a_phone_what_is_pressed_is_high_enough_for_a_thumb(sit_down, ten):  # noqa: F811
    ilse = await sit_down(PHONE)

    too_low = {}
    for path in ("/review", f"/review/{ten[0]}", f"/tickets/{ten[0]}", "/", "/live"):
        await ilse.opens(path)
        too_low[path] = await ilse.page.evaluate(TOO_LOW)

    assert [(path, found) for path, found in too_low.items() if found] == []


async def test_without_javascript_a_decision_is_a_form(sit_down, ten, caller):  # noqa: F811
    ilse = await sit_down(DESK, java_script_enabled=False)
    await ilse.opens(f"/review/{ten[0]}")

    await ilse.page.get_by_role("button", name=re.compile(r"^CAT II\b")).click()
    await ilse.page.get_by_role("button", name="Er is een alternatief").click()

    await on_page(ilse.page.locator("#toast")).to_contain_text(f"{ten[0]}: CAT II")
    assert (await caller.desk.ticket(ten[0])).category is Category.II
