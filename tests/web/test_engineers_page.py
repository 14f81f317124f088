"""Engineers of ours in the pages: who there is, on which line, with which phones; a supervisor changes it (R-142)."""

import re

import pytest

from ari_app.desk.actor import Actor
from ari_app.store.tables import Role

OWN = {"Sec-Fetch-Site": "same-origin"}
SUPERVISOR = Actor("ilse", Role.SUPERVISOR)
LOTTE = {"name": "Lotte Lijn", "number": "06 12345678", "line": "2"}


async def press(visitor, path: str, form) -> tuple[int, str]:
    answer = await visitor.post(path, data=form, headers=OWN)
    return answer.status, await answer.text()


def row(page: str, engineer: int) -> str:
    """What stands on the page about one engineer, without tags; forms left out."""
    (found,) = re.findall(rf'<li id="engineer-{engineer}">(.*?)</dl>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


async def numbers(desk, name: str) -> tuple[str, ...]:
    return (await desk.rota.engineer(name)).numbers


async def test_the_page_tells_of_each_the_line_the_phones_the_account_and_the_next_duty(visitor, accounts, desk):
    await accounts.link("ilse", "Fenna Fictief")
    await accounts.create("bram", "engineer")
    await accounts.link("bram", "Bram Bedacht")
    await accounts.register.disable("bram")
    await desk.rota.set_phones("Fenna Fictief", ["0612345002", "020 123 4501"], SUPERVISOR)

    page = await (await visitor.get("/engineers")).text()

    fenna, bram = row(page, 1), row(page, 2)
    assert "Fenna Fictief lijn 1" in fenna
    assert fenna.index("06 12345002") < fenna.index("020 123 4501")
    assert "heeft een account" in fenna
    assert re.search(r"Eerstvolgende dienst nu , tot .*, plaats 1", fenna)
    assert "account uitgezet" in bram
    assert "geen account" in row(page, 3)


async def test_the_page_of_the_rota_leads_there(visitor):
    assert 'href="/engineers"' in await (await visitor.get("/rota")).text()


async def test_a_new_engineer_stands_on_the_page_and_in_the_rota_at_once(visitor, desk):
    """R-142."""
    status, page = await press(visitor, "/engineers", LOTTE)

    made = await desk.rota.engineer("Lotte Lijn")
    assert (status, made.line, made.numbers) == (200, 2, ("+31612345678",))
    assert row(page, made.id).startswith("Naam Lotte Lijn lijn 2")
    assert "geen dienst in het komende half jaar" in row(page, made.id)
    assert "<option>Lotte Lijn</option>" in await (await visitor.get("/rota")).text()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": "fenna fictief"}, "is al bekend"),
        ({"name": "L" * 201}, "hoogstens 200 tekens"),
        ({"name": ""}, "de engineer een naam heeft"),
        ({"number": "0900 1234"}, "lijn mag bellen"),
        ({"number": "geen"}, "is geen telefoonnummer"),
        ({"line": "4"}, "Lijn 4 bestaat niet"),
        ({"line": "hoog"}, "de lijn is ingevuld als een heel getal"),
    ],
)
async def test_what_was_typed_stays_when_a_new_engineer_is_refused(visitor, desk, wrong, why):
    form = {**LOTTE, **wrong}

    status, page = await press(visitor, "/engineers", form)

    assert (status, why in page) == (409, True)
    assert f'name="name" value="{form["name"]}"' in page
    assert f'type="tel" value="{form["number"]}"' in page
    assert len(await desk.rota.engineers()) == 3


async def test_another_line_has_a_reason_and_what_was_typed_stays_without_one(visitor, desk):
    """R-142."""
    status, page = await press(visitor, "/engineers/1/line", {"line": "3", "why": " "})
    assert (status, "een reden is opgegeven" in page) == (409, True)
    assert re.search(r'id="l-1".*?<option value="3" selected>', page)
    assert page.count("<details open>") == 1

    status, page = await press(visitor, "/engineers/1/line", {"line": "3", "why": "cursus gehaald"})

    assert (status, (await desk.rota.engineer("Fenna Fictief")).line) == (200, 3)
    assert (await desk.rota.changes(1))[0].why == "cursus gehaald"


async def test_phones_ring_in_the_order_of_the_fields_and_empty_ones_count_for_nothing(visitor, desk):
    form = [("number", "020 123 4501"), ("number", ""), ("number", "0612345002")]

    status, _ = await press(visitor, "/engineers/1/phones", form)

    assert (status, await numbers(desk, "Fenna Fictief")) == (200, ("+31201234501", "+31612345002"))


@pytest.mark.parametrize("second", ["0900 1234", "020 123 4501", "thuis"])
async def test_phones_that_are_refused_stay_as_typed_each_in_its_field(visitor, desk, second):
    """What can't be dialled, stands twice, or is no number."""
    before = await numbers(desk, "Fenna Fictief")

    status, page = await press(visitor, "/engineers/1/phones", [("number", "020 123 4501"), ("number", second)])

    assert (status, await numbers(desk, "Fenna Fictief")) == (409, before)
    fields = re.findall(r'id="p-1-\d" name="number"[^>]* value="([^"]*)"', page)
    assert fields == ["020 123 4501", second, ""]


@pytest.mark.parametrize("path", ["/engineers/99/line", "/engineers/99/phones", "/engineers/999999999999/line"])
async def test_an_engineer_who_is_not_there_is_not_changed(visitor, path):
    assert (await press(visitor, path, {"line": "1", "why": "x"}))[0] == 404


async def test_who_only_looks_has_no_forms_and_is_told_who_changes_it(browsers, accounts):
    client, password = await browsers(), await accounts.create("kees", "auditor")
    await client.post("/login", data={"username": "kees", "password": password}, headers=OWN)

    page = await (await client.get("/engineers")).text()

    assert "Kan door een supervisor of beheerder." in page
    assert 'action="/engineers' not in page


async def test_what_was_changed_stands_in_the_audit_trail_and_leads_to_the_page(visitor, browsers, accounts):
    await press(visitor, "/engineers/1/line", {"line": "2", "why": "cursus"})
    client, password = await browsers(), await accounts.create("kees", "auditor")
    await client.post("/login", data={"username": "kees", "password": password}, headers=OWN)

    page = await (await client.get("/audit")).text()

    assert "wijzigde de lijn van een engineer" in page
    assert "engineer Fenna Fictief: lijn: 1 → 2" in page
    assert '<a href="/engineers">' in page


async def test_who_leaves_stands_apart_and_comes_back_from_there(visitor, desk):
    await press(visitor, "/engineers", LOTTE)
    made = (await desk.rota.engineer("Lotte Lijn")).id

    status, page = await press(visitor, f"/engineers/{made}/leave", {"why": "andere baan"})

    assert status == 200
    assert page.index('id="left"') < page.index(f'id="engineer-{made}"')
    assert "<option>Lotte Lijn</option>" not in await (await visitor.get("/rota")).text()
    assert (await press(visitor, f"/engineers/{made}/return", {"why": ""}))[0] == 409
    _, page = await press(visitor, f"/engineers/{made}/return", {"why": "spijt"})
    assert 'id="left"' not in page
    assert (await desk.rota.engineer("Lotte Lijn")).line == 2


async def test_who_still_has_duties_does_not_leave_and_the_reason_stays_as_typed(visitor, desk):
    status, page = await press(visitor, "/engineers/1/leave", {"why": "andere baan"})

    assert (status, "Fenna Fictief staat nog in het rooster" in page) == (409, True)
    assert 'id="v-1" name="why" value="andere baan"' in page
    assert len(await desk.rota.engineers()) == 3
