"""Looking tickets up: by what people know of them. On both databases."""

import re
from datetime import timedelta

import pytest

from ari_app.desk.actor import Actor
from ari_app.desk.commands.judgement import confirm_category
from ari_app.desk.commands.people import assign, escalate
from ari_app.desk.commands.progress import close, resolve
from ari_app.desk.opening import NewTicket
from ari_app.store.database import Store
from ari_app.store.seed_demo import seed_demo
from ari_app.store.tables import Role, TicketSource
from sla.terms import Category, Kind

ILSE = Actor("ilse", Role.SUPERVISOR)


@pytest.fixture
async def web_store(store: Store, clock) -> Store:
    await seed_demo(store, clock.now())
    return store


@pytest.fixture
async def tickets(desk, caller) -> dict[str, str]:
    """Names of a few tickets -> their numbers."""
    mail = TicketSource.MAIL
    found = {
        "printer": await desk.open_ticket(NewTicket(Kind.INCIDENT, mail, "de printer en de fax, 100% stuk", 1), ILSE),
        "solved": await desk.open_ticket(NewTicket(Kind.INCIDENT, mail, "wachtmuziek te hard", 2), ILSE),
        "closed": await desk.open_ticket(NewTicket(Kind.SERVICE_REQUEST, mail, "nieuw toestel", 2), ILSE),
        "message": await caller.leaves_message("+31850004150"),
        "stranger": await caller.hangs_up("+31612345678"),
    }
    await desk.change(found["solved"], ILSE, resolve, "zachter gezet")
    await desk.change(found["closed"], ILSE, close, "gedaan")
    await desk.change(found["printer"], ILSE, confirm_category, Category.III, "alles ligt stil")
    await desk.change(found["printer"], ILSE, escalate, 2, "te moeilijk")
    await desk.change(found["printer"], ILSE, assign, 2)
    await caller.was_heard(found["message"], "onze winkel kan niet meer bellen de kassa ook niet")
    return found


async def listed(client, **query: str) -> list[str]:
    html = await (await client.get("/", params=query)).text()
    place = html.find('<ol class="tickets')
    return re.findall(r'<span class="from">(T-\d+)</span>', html[place:]) if place >= 0 else []


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["stranger", "message", "printer"]),
        ({"state": "all"}, ["stranger", "message", "closed", "solved", "printer"]),
        ({"state": "finished"}, ["closed", "solved"]),
        ({"state": "resolved"}, ["solved"]),
        ({"customer": "2", "state": "all"}, ["closed", "solved"]),
        ({"level": "premium"}, ["message", "printer"]),
        ({"level": "level_0"}, ["stranger"]),
        ({"category": "III"}, ["printer"]),
        ({"category": "none", "state": "all"}, ["stranger", "closed", "solved"]),
        ({"line": "2"}, ["printer"]),
        ({"assignee": "2"}, ["printer"]),
        ({"assignee": "nobody"}, ["stranger", "message"]),
        ({"q": "PRINTER"}, ["printer"]),
        ({"q": "testrit fax"}, ["printer"]),
        ({"q": "fax wachtmuziek", "state": "all"}, []),
        ({"q": "100%"}, ["printer"]),
        ({"q": "100_"}, []),
        ({"q": "kassa"}, ["message"]),
        ({"q": "T-1001"}, ["printer"]),
        ({"q": "1002", "state": "all"}, ["solved"]),
        ({"q": "06 1234 5678"}, ["stranger"]),
        ({"q": "+31612345678"}, ["stranger"]),
        ({"q": "bakkerij"}, ["message"]),
        ({"line": "veel", "assignee": "x", "customer": "'", "category": "V", "state": "?"},
         ["stranger", "message", "printer"]),
    ],
)  # fmt: skip
async def test_a_ticket_is_found_by_what_is_known_of_it(visitor, tickets, query, names):
    assert await listed(visitor, **query) == [tickets[name] for name in names]


async def test_nothing_found_says_how_to_look_further(visitor, tickets):
    html = await (await visitor.get("/", params={"q": "zeppelin"})).text()

    assert "Niets gevonden" in html
    assert 'href="/?q=zeppelin&amp;state=all"' in html


async def test_pages_follow_each_other_and_keep_what_was_asked(visitor, desk, clock):
    numbers = []
    for at in range(45):
        clock.move(timedelta(minutes=1))
        summary = "bericht over bellen" if at % 2 else "ander bericht"
        numbers.append(await desk.open_ticket(NewTicket(Kind.INCIDENT, TicketSource.MAIL, summary, 1), ILSE))

    html = await (await visitor.get("/", params={"q": "bericht"})).text()
    older = re.search(r'href="(/\?[^"]+)">Oudere tickets', html)[1].replace("&amp;", "&")
    second = await (await visitor.get(older)).text()

    assert await listed(visitor, q="bericht") == numbers[:4:-1]
    assert "q=bericht" in older
    assert re.findall(r'<span class="from">(T-\d+)</span>', second) == numbers[4::-1]
    assert "Oudere tickets" not in second


async def test_words_that_callers_said_do_not_lead_who_may_not_read_them(stranger, tickets, accounts, clock):
    """R-113"""
    from ari_app.web.guard import SESSION_COOKIE

    signed_in = await accounts.verify("maud", await accounts.create("maud", "manager"))
    headers = {"Cookie": f"{SESSION_COOKIE}={await accounts.open_session(signed_in.account_id, clock.now())}"}

    said = await (await stranger.get("/?q=kassa", headers=headers)).text()
    written = await (await stranger.get("/?q=printer", headers=headers)).text()

    assert tickets["message"] not in said
    assert tickets["printer"] in written


async def test_one_ticket_that_can_not_be_planned_hides_no_others(visitor, tickets, web_store):
    from sqlmodel import select

    from ari_app.store.tables import TicketRow

    async with web_store.session() as session:
        row = (
            await session.exec(select(TicketRow).where(TicketRow.summary == "de printer en de fax, 100% stuk"))
        ).one()
        row.agreement_version = "voip-9.99-2031-01"
        session.add(row)

    html = await (await visitor.get("/")).text()
    page = await (await visitor.get(f"/tickets/{tickets['printer']}")).text()

    assert tickets["message"] in html
    assert "kan niet rekenen" in page
    assert "voip-9.99-2031-01" in page
