"""The page of a customer: contract, numbers, PIN, services, exclusions, tickets and the statement of a month."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from ari_app.desk.actor import Actor
from ari_app.desk.equipment import Facts
from ari_app.desk.no_calamities import Who
from ari_app.store.contract_tables import ExclusionScope
from ari_app.store.tables import Role

OWN = {"Sec-Fetch-Site": "same-origin"}
SUPERVISOR = Actor("ilse", Role.SUPERVISOR)


async def press(visitor, path: str, **form: str) -> tuple[int, str]:
    answer = await visitor.post(path, data=form, headers=OWN)
    return answer.status, await answer.text()


async def page_of(visitor, path: str = "/customers/1") -> str:
    answer = await visitor.get(path)
    assert answer.status == 200
    return await answer.text()


async def test_customers_are_found_by_name_number_and_phone(visitor):
    for asked, found in (("nepstra", ["2"]), ("3", ["3"]), ("020 123 4567", ["1"]), ("", ["4", "3", "2", "1"])):
        page = await (await visitor.get("/customers", params={"q": asked})).text()
        assert re.findall(r'<a href="/customers/(\d+)">', page) == found, asked


async def test_a_customer_that_is_not_there_is_not_found(visitor):
    assert (await visitor.get("/customers/99")).status == 404


async def test_the_page_shows_contract_term_and_notice_day(visitor):
    page = await page_of(visitor)

    assert "Transport De Testrit" in page
    assert "Premium" in page
    assert "MO-DEMO, voorwaarden AV-DEMO" in page
    assert "uiterlijk 30 sep 2026" in page
    assert "12, € 14,50 per maand" in page
    assert re.search(r'aria-label="Deze termijn loopt van 1 jan 2026 tot en met 31 dec 2026, betaald', page)


async def test_the_page_says_what_happens_when_a_number_calls(visitor, desk):
    await desk.exclusions.exclude(Who(ExclusionScope.CONTACT, None, 1, "Planning"), SUPERVISOR, "drie keer loos")

    page = await page_of(visitor)

    assert "herkend; uitgesloten van de calamiteitenlijn, kan wel inspreken" in page
    assert "herkend; op de calamiteitenlijn gaat de engineer over" in page


async def test_a_new_pin_is_shown_once_and_never_again(visitor, desk):
    _, shown = await press(visitor, "/customers/1/pin")
    (pin,) = re.findall(r"De nieuwe PIN is <b><code>(\d{6})</code>", shown)

    later = await page_of(visitor)

    assert pin not in later
    assert "ingesteld" in later
    assert (await desk.pins.check("+31201234567", "1", pin, desk.now())).caller is not None


async def test_a_pin_is_taken_away(visitor):
    await press(visitor, "/customers/1/pin", required="on")
    assert "altijd gevraagd" in await page_of(visitor)

    _, page = await press(visitor, "/customers/1/pin/clear")

    assert re.search(r"<dt>PIN</dt><dd>geen</dd>", page)


async def test_a_number_is_added_and_taken_away(visitor, desk):
    status, page = await press(visitor, "/customers/1/numbers", number="020 7654321", contact="Magazijn")
    assert (status, "020 765 4321" in page, "Magazijn" in page) == (200, True, True)

    await press(visitor, "/customers/1/numbers/remove", number="+31207654321")

    assert not (await desk.who_is("+31207654321")).is_known


@pytest.mark.parametrize(
    ("path", "form", "why"),
    [
        ("numbers", {"number": "geen"}, "is geen telefoonnummer"),
        ("name", {"name": "  "}, "Kan nadat de klant een naam heeft"),
        ("name", {"name": "garage nepstra"}, "is al bekend, met klantnummer 2"),
        ("numbers", {"number": "085 000 4130"}, "is al een nummer van klant 2"),
        ("contract/notice", {"contract": "2", "on": "2026-11-01"}, "Contract 2 is niet van deze klant"),
        ("contract/notice", {"contract": "1", "on": "2027-11-01"}, "moet nog komen"),
        ("contract/notice", {"contract": "1", "on": "gisteren"}, "Kan nadat de dag van ontvangst is ingevuld"),
        ("contract/level-0", {"contract": "1", "from": "2026-12-01", "why": ""}, "Kan nadat de reden is ingevuld"),
        ("exclusions", {"why": ""}, "Kan nadat de reden van de uitsluiting is ingevuld"),
        ("exclusions/decline", {"why": "toeval"}, "Er ligt geen voorstel om deze klant uit te sluiten"),
        ("exclusions/lift", {"exclusion": "7", "why": "x"}, "Uitsluiting 7 is niet van deze klant"),
        ("services", {"name": " "}, "Kan nadat de dienst een naam heeft"),
        ("services/remove", {"service": "7"}, "Dienst 7 is niet van deze klant of is al weggehaald"),
        ("numbers/remove", {"number": "+31850004130"}, "geen nummer van deze klant"),
        ("numbers/language", {"number": "+31850004130", "language": "en"}, "geen nummer van deze klant"),
        ("contacts/change", {"contact": "Planning", "name": "Piet Proefrit"}, "Piet Proefrit staat al bij deze klant"),
    ],
)
async def test_what_can_not_be_done_says_why_and_changes_nothing(visitor, path, form, why):
    before = await page_of(visitor)

    status, page = await press(visitor, f"/customers/1/{path}", **form)

    assert (status, why in page) == (409, True)
    assert await page_of(visitor) == before


async def test_what_is_of_another_customer_can_not_be_taken_away_on_this_page(visitor, desk):
    service = await desk.services.note(2, "Voicemail", SUPERVISOR)
    contact = await desk.contacts.note(2, "Jan Verzonnen", SUPERVISOR)
    device = await desk.equipment.note(2, "Printer", Facts(is_ours=True), SUPERVISOR)

    refused = [
        await press(visitor, "/customers/1/services/remove", service=str(service)),
        await press(visitor, "/customers/1/contacts/remove", contact=str(contact)),
        await press(visitor, "/customers/1/equipment/remove", equipment=str(device)),
    ]

    assert [(status, "is niet van deze klant" in text) for status, text in refused] == [(409, True)] * 3
    assert len(await desk.services.of(2)) == len(await desk.equipment.of(2)) == 1


async def test_a_contact_gets_another_name_number_and_address(visitor, desk):
    form = {"contact": "Planning", "name": "Ritplanning", "numbers": "020 765 4321, +31850004120", "notices": "on"}
    status, page = await press(visitor, "/customers/1/contacts/change", mail="rit@testrit.example", **form)

    (planning,) = [one for one in await desk.contacts.of(1) if one.name == "Ritplanning"]
    assert (status, planning.mail, planning.gets_notices) == (200, "rit@testrit.example", True)
    assert planning.numbers == ("+31207654321", "+31850004120")
    assert 'value="+31207654321, +31850004120"' in page


async def test_notice_ends_the_contract_with_its_term(visitor):
    _, page = await press(visitor, "/customers/1/contract/notice", contract="1", on="2026-11-02")

    assert "<dt>Eindigt</dt><dd>31 dec 2027</dd>" in page


async def test_a_draft_of_a_buy_out_is_no_agreement(visitor):
    _, page = await press(visitor, "/customers/1/contract/buy-out", contract="1", on="2026-11-30")

    assert re.search(r"Per 30 nov 2026: \d+ gebruikers, 1 maand, € \d+,\d\d", page)
    assert "Er is niets afgesproken (R-068)" in page


async def test_a_service_of_another_supplier_is_marked_so(visitor):
    await press(visitor, "/customers/1/services", name="Glasvezel", supplier="Kabel Verzonnen")

    page = await page_of(visitor)

    assert "van Kabel Verzonnen: wij helpen en zijn er niet verantwoordelijk voor (" in page


async def test_a_customer_is_excluded_and_let_in_again_with_reasons(visitor):
    _, excluded = await press(visitor, "/customers/1/exclusions", why="Belt elke zondag voor niets", until="2026-12-31")
    (number,) = re.findall(r'name="exclusion" value="(\d+)"', excluded)

    _, lifted = await press(visitor, "/customers/1/exclusions/lift", exclusion=number, why="Afspraak gemaakt")

    assert "uitgesloten tot en met 31 dec 2026" in excluded
    assert "opgeheven 10:42 door ilse: Afspraak gemaakt" in lifted


async def test_open_tickets_stand_on_the_page(visitor, caller):
    number = await caller.leaves_message()

    page = await page_of(visitor)

    assert f'<a href="/tickets/{number}">' in page
    assert re.search(r'Open tickets</p><p class="v">1<', page)


async def test_the_statement_of_a_month_is_a_page_and_a_file(visitor):
    page = await page_of(visitor, "/customers/1/statement?month=2026-11")
    file = await visitor.get("/customers/1/statement?month=2026-11&format=csv")

    assert "Urenuitdraai nov 2026" in page
    assert file.content_type == "text/csv"
    assert (await file.text()).lstrip("\ufeff").startswith("ticket;soort;begin")
    assert (await visitor.get("/customers/1/statement?month=november")).status == 404


@pytest.mark.parametrize(
    ("language", "heading", "kind"),
    [("nl", "ticket;soort;begin", "Ondersteuning op afstand"), ("en", "ticket;kind;begins", "Remote support")],
)
async def test_the_statement_names_the_work_in_words_of_the_page(visitor, caller, clock, language, heading, kind):
    number = await caller.hangs_up()
    clock.move(timedelta(hours=1))
    typed = {
        "engineer_id": "1",
        "activity": "remote_support",
        "began_at": "2026-11-10T11:00",
        "ended_at": "2026-11-10T11:20",
    }
    for command, form in (("begin-work", {}), ("book-time", typed)):
        await visitor.post(f"/tickets/{number}/do/{command}", data=form, headers=OWN)
    await visitor.post("/account/language", data={"language": language}, headers=OWN)

    page = await page_of(visitor, "/customers/1/statement?month=2026-11")
    file = await (await visitor.get("/customers/1/statement?month=2026-11&format=csv")).text()

    assert page.count(kind) == 2
    assert heading in file
    assert f"{number};{kind};10-11-2026 11:00;" in file
    assert "remote_support" not in page + file


@pytest.mark.parametrize(
    ("month", "before", "after"),
    [("2026-11", "2026-10", None), ("2026-01", "2025-12", "2026-02"), ("2027-03", "2027-02", None)],
)
async def test_the_statement_leads_to_the_months_beside_it_but_not_to_one_that_must_still_begin(
    visitor, month, before, after
):
    page = await page_of(visitor, f"/customers/1/statement?month={month}")

    found = dict(re.findall(r'statement\?month=([0-9-]+)" rel="(prev|next)"', page))
    assert found == {before: "prev", **({after: "next"} if after else {})}


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "2026-13", "", "x"])
async def test_of_a_month_that_no_calendar_has_there_is_no_statement(visitor, month):
    assert (await visitor.get(f"/customers/1/statement?month={month}")).status == 404


async def test_who_only_looks_sees_no_button(visitor, accounts):
    await accounts.set_role("ilse", "auditor")

    page = await page_of(visitor)

    assert "<button" not in page.split('<main id="main"')[1].replace(
        '<button class="btn" type="submit">Urenuitdraai</button>', ""
    )


async def test_a_customer_with_contract_number_and_pin_is_made_by_the_pages_alone(visitor, desk):
    answer = await visitor.post("/customers", data={"name": "Slagerij Bedenksel"}, headers=OWN)
    here = str(answer.url.path)
    contract = {"level": "premium", "starts": "2026-11-01", "months": "12", "framework": "MO-77", "terms": "AV-2026"}

    assert answer.status == 200, re.findall(r'role="alert".*', await answer.text())
    assert "Deze klant heeft geen SLA" in await answer.text()
    _, page = await press(
        visitor, f"{here}/contracts", **contract, users="7", price="14,50", paid="2026-12-31", kind="voip"
    )
    await press(visitor, f"{here}/numbers", number="0031 20 555 0199", contact="Slager Bedacht")
    await press(visitor, f"{here}/pin")

    assert "MO-77, voorwaarden AV-2026" in page
    assert "7, € 14,50 per maand" in page
    caller = await desk.who_is("+31205550199")
    assert (caller.customer_id, caller.level, caller.has_sla) == (int(here.split("/")[-1]), "premium", True)
    assert "Geen contract" not in await page_of(visitor, here)


async def test_another_level_is_a_younger_contract_that_goes_before_the_older_one_from_its_first_day_on(
    visitor, desk, clock
):
    standard = {"level": "standard", "months": "12", "framework": "MO-2", "terms": "AV", "kind": "voip"}

    await press(visitor, "/customers/1/contracts", **standard, starts="2026-11-20")
    before = (await desk.who_is("+31850004120")).level
    clock.move(timedelta(days=15))

    assert (before, (await desk.who_is("+31850004120")).level) == ("premium", "standard")


async def test_a_framework_agreement_that_ended_yesterday_leaves_no_level_today(visitor, desk):
    _, page = await press(visitor, "/customers/1/contract/framework", contract="1", on="2026-11-09")

    assert "09-11-2026" in page
    assert (await desk.who_is("+31850004120")).has_sla is False


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"framework": " "}, "Kan nadat de raamovereenkomst en de algemene voorwaarden zijn ingevuld"),
        ({"terms": ""}, "Kan nadat de raamovereenkomst en de algemene voorwaarden zijn ingevuld"),
        ({"months": "0"}, "Kan met een looptijd van 1 tot 600 maanden"),
        ({"months": "9999999"}, "Kan met een looptijd van 1 tot 600 maanden"),
        ({"starts": "morgen"}, "Kan nadat de eerste dag is ingevuld"),
        ({"paid": "x"}, "Kan nadat betaald tot en met is ingevuld"),
        ({"users": "-1"}, "Kan nadat het aantal gebruikers is ingevuld"),
        ({"price": "veel"}, "Kan nadat de prijs is ingevuld"),
        ({"price": "NaN"}, "Kan nadat de prijs is ingevuld"),
        ({"price": "-1"}, "Kan nadat de prijs is ingevuld"),
        ({"level": "goud"}, "Niveau &#39;goud&#39; bestaat niet"),
        ({"kind": "VoIP!"}, "Kan nadat de soort kleine letters en cijfers heeft"),
    ],
)
async def test_a_contract_that_can_not_be_is_not_made_and_nothing_typed_is_lost(visitor, desk, wrong, why):
    right = {"level": "premium", "starts": "2026-11-01", "months": "24", "framework": "MO-77", "terms": "AV-2026"}

    status, page = await press(
        visitor, "/customers/2/contracts", **{**right, "price": "12,34", "kind": "voip", **wrong}
    )

    assert status == 409
    assert why in page
    assert [one.framework_agreement for one in await desk.contracts.of(2)] == ["MO-DEMO"]
    for name in ("starts", "months", "framework", "terms", "price"):
        if name not in wrong:
            assert f'value="{({**right, "price": "12,34"})[name]}"' in page, name


async def test_a_number_that_is_refused_stays_in_its_field(visitor):
    status, page = await press(visitor, "/customers/1/numbers", number="geen nummer", contact="Piet Proefrit")

    assert status == 409
    assert re.search(r'name="number" value="geen nummer"', page)
    assert re.search(r'name="contact" value="Piet Proefrit"', page)


@pytest.mark.parametrize(
    "written", ["06 5555 0199", "06-55550199", "+31655550199", "0031655550199", "(06) 555 501 99", "0655550199"]
)
async def test_a_number_is_known_in_every_way_of_writing_it(visitor, desk, written):
    status, _ = await press(visitor, "/customers/2/numbers", number=written)

    assert status == 200
    assert (await desk.who_is("+31655550199")).customer_id == 2
    found = await (await visitor.get("/customers", params={"q": written})).text()
    assert re.findall(r'<a href="/customers/(\d+)">', found) == ["2"]


async def test_a_foreign_number_is_a_number_and_one_of_another_customer_is_named(visitor, desk):
    _, page = await press(visitor, "/customers/2/numbers", number="+32 2 555 01 23")
    status, refused = await press(visitor, "/customers/1/numbers", number="0032 2 555 0123")

    assert "+32 2 555 01 23" in page
    assert (status, "is al een nummer van klant 2" in refused) == (409, True)


async def test_a_pin_stands_nowhere_but_on_the_answer_that_made_it(visitor, desk, web_store, accounts):
    """Not on a page, in the audit trail, in the export of a person's data, nor in any row or file of the database."""
    _, shown = await press(visitor, "/customers/1/pin", required="on")
    (pin,) = re.findall(r"<code>(\d{6})</code>", shown)
    await accounts.set_role("ilse", "administrator")

    for path in ("/customers/1", "/customers", "/audit", "/persons?q=Planning", "/api/v1/customers/1", "/settings"):
        assert pin not in re.sub(r"T-\d+|data-\S+|/static/\S+", "", await (await visitor.get(path)).text()), path
    file = web_store.engine.url.database
    assert all(pin.encode() not in Path(name).read_bytes() for name in (file, f"{file}-wal") if Path(name).exists())


async def test_a_customer_whose_name_was_mistyped_gets_another_and_keeps_all_else(visitor, desk):
    _, page = await press(visitor, "/customers/1/name", name="Transport De Testritten")

    assert "<h1>Transport De Testritten</h1>" in page
    caller = await desk.who_is("+31850004120")
    assert (caller.customer_id, caller.has_sla) == (1, True)
    assert (await press(visitor, "/customers/1/name", name="transport de TESTRITTEN"))[0] == 200
