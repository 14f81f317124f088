"""A request about one's data in the pages: found, seen, handed out, erased; and what is on hold (R-113, R-114)."""

import io
import re
import zipfile

import pytest
from sqlmodel import select

from ari_app.desk.audit import Asked
from ari_app.store.audit_tables import AuditRow
from ari_app.store.tables import TicketRow
from sla.ticket import TicketState

OWN = {"Sec-Fetch-Site": "same-origin"}
NUMBER = "+31850004120"


@pytest.fixture
async def password(accounts) -> str:
    """Of the only account, an administrator."""
    return await accounts.create("ilse", "administrator")


async def press(visitor, path: str, form) -> tuple[int, str]:
    answer = await visitor.post(path, data=form, headers=OWN)
    return answer.status, await answer.text()


async def page(visitor, path: str = "/persons") -> str:
    return await (await visitor.get(path)).text()


@pytest.fixture
async def closed(caller, web_store) -> str:
    """A ticket of Planning that is finished."""
    number = await caller.leaves_message()
    await caller.was_heard(number, "bij ons ligt alles plat")
    async with web_store.session() as session:
        (await session.get_one(TicketRow, 1)).state = TicketState.CLOSED
    return number


async def test_somebody_is_found_seen_and_erased_with_a_reason(visitor, closed, desk, web_store):
    found = await page(visitor, "/persons?q=planning")
    (address,) = re.findall(r'href="(/persons\?number=[^"]+)"', found)
    held = await page(visitor, address)
    without_reason = await press(visitor, "/persons/erase", {"number": NUMBER, "why": ""})
    still = (await desk.ticket(closed)).voicemail.text
    status, erased = await press(visitor, "/persons/erase", {"number": NUMBER, "why": "mail van 3 november"})

    assert "Planning" in found
    assert re.search(r"nummer, 1 opname, tekst</td><td>wordt gewist", held)
    assert (without_reason[0], "de reden is ingevuld" in without_reason[1]) == (409, True)
    assert still
    assert (status, f"Gewist uit: {closed}." in erased) == (200, True)
    assert (await desk.ticket(closed)).voicemail.text == ""
    async with web_store.reading() as session:
        acts = (await session.exec(select(AuditRow.what, AuditRow.who, AuditRow.detail))).all()
    assert ("person-erase", "ilse", "nummer op 4120: 1 gewist, 0 bewaard") in acts


async def test_who_looked_at_whom_stands_in_the_audit_trail(visitor, closed, desk):
    """R-114"""
    await page(visitor, "/persons")
    await page(visitor, "/persons?q=planning")
    await page(visitor, "/persons?q=0850004199")
    await page(visitor, f"/persons?number={NUMBER.replace('+', '%2B')}")
    await visitor.post("/persons/export", data={"number": NUMBER}, headers=OWN)
    await visitor.post("/persons/export", data={"number": "+31201234567"}, headers=OWN)

    looked = [one for one in await desk.audit.entries(Asked(who="ilse"), 100) if one.what.startswith("person")]
    assert [(one.what, one.detail, one.customer) for one in reversed(looked)] == [
        ("persons", "zocht op naam: 1 gevonden (4120)", ""),
        ("persons", "zocht nummer op 4199: niemand gevonden", ""),
        ("persons", "nummer op 4120: 1 ticket", "Transport De Testrit"),
        ("person-export", "nummer op 4120: T-1001", "Transport De Testrit"),
        ("person-export", "nummer op 4567: 0 tickets", "Transport De Testrit"),
    ]
    assert (await desk.audit.check()).broken_at is None


async def test_all_that_is_held_comes_as_one_file(visitor, closed, desk, caller):
    answer = await visitor.post("/persons/export", data={"number": NUMBER}, headers=OWN)

    with zipfile.ZipFile(io.BytesIO(await answer.read())) as file:
        names = set(file.namelist())
    assert answer.headers["Content-Disposition"] == 'attachment; filename="persoonsgegevens-2026-11-10.zip"'
    assert names == {"person.json", "recordings/call/message-1.wav"}


async def test_nothing_is_held_on_a_stranger(visitor, desk):
    assert "is niets bewaard" in await page(visitor, "/persons?number=0612399999")
    assert "Niemand gevonden" in await page(visitor, "/persons?q=niemand")
    status, text = await press(visitor, "/persons/export", {"number": "0612399999"})
    assert (status, "is niets bewaard" in text) == (409, True)


async def test_what_is_on_hold_says_who_why_and_until_and_stays(visitor, closed):
    form = {"scope": "ticket", "ticket": closed, "why": "geschil", "until": "2026-12-31"}
    _, held = await press(visitor, "/persons/holds", form)
    _, erased = await press(visitor, "/persons/erase", {"number": NUMBER, "why": "verzoek"})
    (lift,) = re.findall(r'action="(/persons/holds/\d+/lift)"', held)
    _, lifted = await press(visitor, lift, {"why": "geschil is voorbij"})

    assert "tot en met 31 dec 2026" in held
    assert "Door ilse, 10:42: geschil" in held
    assert f"Onder bewaarplicht, dus bewaard: {closed}." in erased
    assert "opgeheven 10:42 door ilse: geschil is voorbij" in lifted


@pytest.mark.parametrize(
    ("scope", "field", "value"),
    [("number", "number", NUMBER), ("customer", "customer", "1"), ("ticket", "ticket", "T-1001")],
)
async def test_a_person_a_customer_and_a_ticket_can_be_on_hold(visitor, closed, scope, field, value):
    await press(visitor, "/persons/holds", {"scope": scope, field: value, "why": "geschil"})

    assert "blijft: bewaarplicht" in await page(visitor, f"/persons?number={NUMBER.replace('+', '%2B')}")


async def test_where_nothing_can_be_erased_the_page_says_why_and_offers_no_button(visitor, caller):
    await caller.leaves_message()
    address = f"/persons?number={NUMBER.replace('+', '%2B')}"
    unfinished = await page(visitor, address)
    await press(visitor, "/persons/holds", {"scope": "number", "number": NUMBER, "why": "geschil"})
    on_hold = await page(visitor, address)

    assert "Er valt nu niets te wissen: geen ticket is afgerond." in unfinished
    assert "Er valt nu niets te wissen: er ligt een bewaarplicht op." in on_hold
    assert "/persons/erase" not in unfinished + on_hold
    assert "Wis het nummer" in await page(visitor, "/persons?number=%2B31201234567")


async def test_a_hold_that_can_not_be_says_why_and_keeps_what_was_typed(visitor):
    status, text = await press(visitor, "/persons/holds", {"scope": "ticket", "ticket": "T-9999", "why": "geschil"})

    assert (status, "bestaat niet" in text, 'value="T-9999"' in text) == (409, True, True)
