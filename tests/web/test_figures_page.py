"""The page of figures: findings as titles, tables beside plots, and the same as CSV."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest

from ari_app.store.tables import Customer, SlaClockRow, TicketRow, TicketSource
from sla.terms import ClockKind, Kind
from tests.web.busy_line import months_of_work


@pytest.fixture
async def two_months(web_store, clock) -> None:
    await months_of_work(web_store, clock.now())


async def test_each_plot_is_titled_with_its_finding(visitor, two_months):
    text = await (await visitor.get("/figures")).text()

    assert "De laagste maand was nov voor Standard: 50,0% op tijd" in text
    assert "10 keer te laag ingeschat bij CAT III" in text
    assert "Negen van de tien oproepen binnen 35 seconden aangenomen" in text
    assert "120 van 120 bellers kregen meteen een mens, 0 niets" in text
    assert text.count("Toon als tabel") == 3


async def test_too_few_to_say_is_said(visitor):
    text = await (await visitor.get("/figures")).text()

    assert "Nog te weinig besluiten" in text
    assert "Er is in deze periode niet gebeld." in text


async def test_too_few_to_say_have_no_bar_either(visitor, two_months):
    page = await (await visitor.get("/figures")).text()

    bars = re.findall(r"<b>([^<]+)</b></td><td><svg class=\"share\".*?<rect width=\"([\d.]+)\"", page)

    assert {width for net, width in bars if net == "–"} == {"0.0"}
    assert {width for net, width in bars if net != "–"} > {"100.0"}


def table_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


async def test_csv_holds_what_the_page_shows(visitor, two_months):
    """The same rows, with the same percentages, as a Dutch spreadsheet reads them."""
    answer = await visitor.get("/figures.csv?period=quarter")
    text, page = await answer.text(), await (await visitor.get("/figures?period=quarter")).text()
    rows = table_of(text)

    assert answer.content_type == "text/csv"
    assert text.startswith("\ufeffonderdeel;klant;maand;klok;")
    kept = [row for row in rows if row["onderdeel"] == "naleving"]
    shown = re.findall(r"<b>([^<]+)</b></td><td><svg class=\"share", page)
    assert [f"{row['netto %']}%" if row["netto %"] else "–" for row in kept] == shown
    assert (sum(int(row["aantal"]) for row in kept), sum(int(row["op tijd netto"]) for row in kept)) == (120, 105)
    of_months = [row for row in rows if row["onderdeel"] == "naleving per maand"]
    assert sum(int(row["aantal"]) for row in of_months) == 120
    (low,) = [row for row in rows if row["onderdeel"] == "voorstel en besluit" and row["besluit"] == "CAT III"]
    assert (low["voorstel"], low["aantal"], low["klant"]) == ("CAT I", "10", "alle klanten")


async def test_csv_of_a_customer_is_of_that_customer_and_says_so(visitor, two_months, web_store):
    async with web_store.session() as session:
        (await session.get_one(Customer, 1)).name = "=1+1 Transport"

    answer = await visitor.get("/figures.csv?period=month&customer=1")

    assert "cijfers-1-2026-11-2026-11.csv" in answer.headers["Content-Disposition"]
    assert {row["klant"] for row in table_of(await answer.text())} == {"'=1+1 Transport"}
    assert (await visitor.get("/figures.csv?customer=999")).status == 404


async def test_a_month_that_is_over_can_be_looked_at(visitor, two_months):
    """On the first of a month a manager asks for the one before."""
    page = await (await visitor.get("/figures?period=month&until=2026-10")).text()

    assert "okt 2026, 60 tickets." in page
    assert "De laatste maand loopt nog." not in page
    assert '<option value="2026-10" selected>t/m okt 2026</option>' in page
    assert 'href="/figures.csv?period=month&amp;until=2026-10"' in page
    assert "De laatste maand loopt nog." in await (await visitor.get("/figures?period=month")).text()


async def test_a_month_with_few_deadlines_has_no_point_and_is_never_the_lowest(visitor, two_months, web_store):
    """One late ticket of September is no 0%."""
    async with web_store.session() as session:
        at = datetime(2026, 9, 10, 9, tzinfo=UTC)
        ticket = TicketRow(
            kind=Kind.INCIDENT, source=TicketSource.PHONE, level="standard", agreement_version="v", reported_at=at
        )
        session.add(ticket)
        await session.flush()
        session.add(SlaClockRow(ticket_id=ticket.id, clock=ClockKind.FIRST_RESPONSE, state="breached", target_seconds=1,
                                elapsed_seconds=60, rule="R-013", stopped_at=at, breached_at=at))  # fmt: skip

    page = await (await visitor.get("/figures")).text()

    assert "De laagste maand was nov voor Standard: 50,0% op tijd" in page


async def test_every_decision_has_its_row_so_that_the_cells_add_up_to_the_total(visitor, two_months, web_store):
    async with web_store.session() as session:
        ticket = await session.get_one(TicketRow, 1)
        ticket.kind, ticket.category = Kind.USER_CHANGE, None

    page = await (await visitor.get("/figures")).text()
    (matrix,) = re.findall(r'<table class="mx">.*?</table>', page, re.DOTALL)

    assert sum(int(cell) for cell in re.findall(r"<td[^>]*>(\d+)</td>", matrix)) == 120
    assert '<th scope="row">Formulier</th>' in matrix


async def test_who_was_proposed_too_low_is_one_press_away(visitor, two_months):
    page = await (await visitor.get("/figures")).text()

    (again,) = re.findall(r'<p class="why again">.*?</p>', page)
    numbers = re.findall(r'href="/tickets/(T-\d+)"', again)
    assert len(numbers) == 10
    assert (await visitor.get(f"/tickets/{numbers[0]}")).status == 200


async def test_one_customer_has_a_page_of_its_own_and_an_unknown_one_none(visitor, two_months):
    assert "120 tickets" in await (await visitor.get("/figures?customer=1&period=quarter")).text()
    assert "0 tickets" in await (await visitor.get("/figures?customer=2")).text()
    assert (await visitor.get("/figures?customer=999")).status == 404


@pytest.mark.parametrize(
    "query",
    [
        "?period=eeuw",
        "?until=morgen",
        "?until=2026-13",
        "?until=9999-12",
        "?customer=abc",
        "?customer=99999999999999999999",
        "?period=&customer=",
    ],
)
async def test_what_can_not_be_read_is_the_year_of_all_customers(visitor, query):
    text = await (await visitor.get(f"/figures{query}")).text()

    assert "Cijfers" in text
    assert '<option value="year" selected>' in text
