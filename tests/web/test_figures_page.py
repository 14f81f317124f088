"""The page of figures: findings as titles, tables beside plots, and the same as CSV."""

import csv
import io
import re

import pytest

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


async def test_csv_holds_what_the_page_shows(visitor, two_months):
    answer = await visitor.get("/figures.csv?period=quarter")
    rows = list(csv.reader(io.StringIO((await answer.text()).lstrip("\ufeff")), delimiter=";"))

    assert answer.content_type == "text/csv"
    kept = [row for row in rows if row[0] == "naleving"]
    assert sum(int(row[5]) for row in kept) == 120
    assert sum(int(row[6]) for row in kept) == 105
    assert ["voorstel en besluit", "", "CAT I", "CAT III", "", "10", "", ""] in rows


async def test_one_customer_has_a_page_of_its_own_and_an_unknown_one_none(visitor, two_months):
    assert "120 tickets" in await (await visitor.get("/figures?customer=1&period=quarter")).text()
    assert "0 tickets" in await (await visitor.get("/figures?customer=2")).text()
    assert (await visitor.get("/figures?customer=999")).status == 404


@pytest.mark.parametrize(
    "query", ["?period=eeuw", "?customer=abc", "?customer=99999999999999999999", "?period=&customer="]
)
async def test_what_can_not_be_read_is_the_year_of_all_customers(visitor, query):
    text = await (await visitor.get(f"/figures{query}")).text()

    assert "Cijfers" in text
    assert '<option value="year" selected>' in text
