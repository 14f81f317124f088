"""Every command of the desk from the page of a ticket, on both databases: what can be done is done, what can't says why."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from sqlmodel import select

from ari_app.desk.actor import Actor
from ari_app.desk.command_list import desk_commands
from ari_app.desk.equipment import Facts
from ari_app.desk.opening import NewTicket
from ari_app.store.database import Store
from ari_app.store.seed_demo import seed_demo
from ari_app.store.tables import EngineerRow, Role, TicketRow, TicketSource
from ari_app.web.actions import ACTIONS, ELSEWHERE
from ari_app.web.words import AMSTERDAM
from sla.terms import Kind
from sla.ticket import TicketState

OWN = {"Sec-Fetch-Site": "same-origin"}
WHY = {"why": "zo gezien"}
ASKED = {"question": "welk toestel?", "sent_to": "planning@example.com"}
PLAN = {"plan": "router vervangen", "told_to": "Planning"}
EXCUSE = {"reason": "force_majeure", "evidence": "KNMI code rood", **WHY}
SPAN = {"began_at": "2026-11-10T10:00", "ended_at": "2026-11-10T10:20"}
BOOKED = {"engineer_id": "1", "activity": "remote_support", **SPAN}
MISSING = ("report-incomplete", {"missing": "welk toestel", **ASKED})

#: Command -> what a person types, and what was done on the page before.
TABLE = {
    "begin-work": ({}, ()),
    "record-plan": (PLAN, ()),
    "plan-executed": ({}, (("record-plan", PLAN),)),
    "resolve": ({"solution": "router vervangen", "at": "2026-11-10T10:42"}, ()),
    "close": (WHY, ()),
    "reopen": (WHY, (("close", WHY),)),
    "take": ({}, ()),
    "assign": ({"engineer_id": "2"}, ()),
    "escalate": ({"to_line": "2", **WHY}, ()),
    "confirm-category": ({"category": "II", **WHY}, ()),
    "ask-customer": (ASKED, ()),
    "customer-answered": ({"answer": "toestel 12"}, (("ask-customer", ASKED),)),
    "note": ({"text": "de klant belde"}, ()),
    "reply": ({"text": "we passen het aan"}, ()),
    "report-incomplete": (MISSING[1], ()),
    "complete": ({"answer": "toestel 12"}, (MISSING,)),
    "confirm-clarifying": (WHY, (MISSING,)),
    "excuse": (EXCUSE, ()),
    "end-excuse": ({"reason": "force_majeure", **WHY}, (("excuse", EXCUSE),)),
    "confirm-excuse": ({"reason": "force_majeure", **WHY}, (("excuse", EXCUSE),)),
    "became-a-calamity": ({**WHY, "is_exception": "no"}, ()),
    "not-a-calamity": (WHY, ()),
    "customer-caused": ({**WHY, "is_caused": "yes"}, (("became-a-calamity", WHY),)),
    "set-impediment": ({"impediment": "company", "is_crucial_place": "", **WHY}, ()),
    "set-alternative": ({"has_alternative": "yes", **WHY}, ()),
    "name-service": ({"service": "hosted centrale"}, ()),
    "name-equipment": ({"equipment": "Centrale"}, ()),
    "change-level": ({"level": "standard", **WHY}, ()),
    "change-kind": ({"kind": "problem", **WHY}, ()),
    "change-scope": ({"scope": "best_effort", **WHY}, ()),
    "refuse-user-change": ({"asked": "add", **WHY}, ()),
    "remote-impossible": (WHY, ()),
    "arrive": ({"engineer_id": "1"}, (("remote-impossible", WHY),)),
    "leave": ({"engineer_id": "1", "travel": "0", "why_no_travel": "om de hoek"},
              (("remote-impossible", WHY), ("arrive", {"engineer_id": "1"}))),
    "book-time": (BOOKED, ()),
    "correct-time": ({"entry_id": "1", "began_at": "2026-11-10T10:00", "ended_at": "2026-11-10T10:10", **WHY},
                     (("book-time", BOOKED),)),
    "withdraw-time": ({"entry_id": "1", **WHY}, (("book-time", BOOKED),)),
    "customer-approves": ({"who": "Piet Proefrit", "how": "mail", "up_to": "1.250,00"}, ()),
    "we-approve": ({"up_to": "50"}, ()),
    "override-approval": ({"up_to": "€ 50,00", **WHY}, ()),
    "allow-outside-hours": (WHY, ()),
    "allow-hosted-hours": (WHY, ()),
    "name-customer": ({"customer": "Garage Nepstra", **WHY}, ()),
    "correct-call-back-number": ({"phone_number": "020 1234567"}, ()),
    "correct-fact": ({"fact": "people", "value": "12"}, ()),
    "link-to-problem": ({"problem": "", **WHY}, ()),
    "log-access": ({"path": "/share/plan.xls", "purpose": "gelezen", **WHY}, ()),
    "add-task": ({"what": "back-up nakijken"}, ()),
    "finish-task": ({"task_id": "1"}, (("add-task", {"what": "back-up nakijken"}),)),
    "correct-event": ({"event_id": "1", **WHY}, (("begin-work", {}),)),
}  # fmt: skip


@pytest.fixture
async def web_store(store: Store, clock) -> Store:
    """Both databases, with a supervisor who is an engineer of the rota."""
    await seed_demo(store, clock.now())
    return store


@pytest.fixture
async def number(desk, accounts, password, clock) -> str:
    await accounts.link("ilse", "Fenna Fictief")
    await desk.equipment.note(1, "Centrale", Facts(is_ours=True), Actor("Fenna Fictief", Role.ENGINEER))
    report = NewTicket(Kind.INCIDENT, TicketSource.MAIL, "de telefoons in het magazijn doen het niet", 1)
    return await desk.open_ticket(report, Actor("Fenna Fictief", Role.ENGINEER))


def plain(html: str) -> str:
    body = html[html.index("<main") :]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_every_command_of_the_desk_has_its_place_on_the_page():
    here = sorted(set(desk_commands()) - ELSEWHERE)

    assert sorted(action.command for action in ACTIONS) == here
    assert sorted(TABLE) == here


def test_no_two_actions_have_the_same_key():
    keys = [action.key for action in ACTIONS if action.key]

    assert len(keys) == len(set(keys))
    assert {"B", "L", "C", "N", "A"} <= set(keys)


async def test_every_command_is_given_from_the_page_and_its_form_asks_what_the_command_asks(visitor, desk, number):
    """One ticket a command; each form is opened first, as a person does."""
    wrong = []
    for name, (typed, before) in TABLE.items():
        opened = await desk.open_ticket(
            NewTicket(Kind.INCIDENT, TicketSource.MAIL, f"voor {name}", 1), Actor("Fenna Fictief", Role.ENGINEER)
        )
        for command, given in before:
            await visitor.post(f"/tickets/{opened}/do/{command}", data=given, headers=OWN)
        typed = {**typed, **await _ids(desk, opened, typed)}
        html = await (await visitor.get(f"/tickets/{opened}", params={"do": name})).text()
        form = html[html.index('id="doen"') : html.index("</form>", html.index('id="doen"'))]
        answer = await visitor.post(f"/tickets/{opened}/do/{name}", data=typed, headers=OWN, allow_redirects=False)
        asks = all(f'name="{field}"' in form for field in typed)
        if not asks or (answer.status, answer.headers.get("Location")) != (303, f"/tickets/{opened}?done={name}"):
            wrong.append((name, asks, answer.status, plain(await answer.text())[:600] if answer.status != 303 else ""))

    assert wrong == []


async def _ids(desk, number, typed) -> dict[str, str]:
    """The numbers of what the ticket has, which differ from one ticket to the next."""
    work = (await desk.ticket(number)).work
    rows = {"entry_id": work.time_entries, "task_id": work.tasks, "event_id": work.history}
    return {name: str(found[0].id) for name, found in rows.items() if name in typed}


async def test_what_can_not_be_done_stands_locked_with_its_reason_and_can_be_reached_by_key(visitor, number):
    html = await (await visitor.get(f"/tickets/{number}")).text()

    assert re.search(r'<button class="btn wide lock" type="button" aria-disabled="true" aria-describedby="[^"]+">'
                     r'<svg[^>]*><use href="#i-lock"/></svg>Meld plan uitgevoerd</button>', html)  # fmt: skip
    text = plain(html)
    assert "Kan nadat het Resolution Plan is vastgelegd ( A-06 )." in text
    assert "Kan nadat een beheertaak is toegevoegd ( R-111 )." in text
    assert f'action="/tickets/{number}/do/plan-executed"' not in html
    assert f'action="/tickets/{number}/do/begin-work"' in html


async def test_a_finished_ticket_offers_to_be_reopened_and_says_what_the_clock_does_then(visitor, number):
    await visitor.post(f"/tickets/{number}/do/resolve", data={"solution": "vervangen"}, headers=OWN)

    html = await (await visitor.get(f"/tickets/{number}?do=reopen")).text()

    assert "Kan niet bij een melding die opgelost is: heropen de melding eerst" in plain(html)
    assert "De klok voor de oplossing gaat verder waar hij stond" in plain(html)
    assert f'href="/tickets/{number}?do=reopen#doen"' in html


async def test_a_clock_that_never_began_does_not_wait_to_begin_on_a_closed_ticket(visitor, number):
    before = plain(await (await visitor.get(f"/tickets/{number}")).text())
    await visitor.post(f"/tickets/{number}/do/close", data={"why": "was een vergissing"}, headers=OWN)

    text = plain(await (await visitor.get(f"/tickets/{number}")).text())

    assert "Loopt nog niet: begint als" in before
    assert "liep niet De melding was klaar voordat deze klok begon." in text
    assert "Loopt nog niet: begint als" not in text


async def test_a_refusal_of_the_desk_stands_with_the_form_and_nothing_that_was_typed_is_lost(visitor, number):
    answer = await visitor.post(
        f"/tickets/{number}/do/customer-answered", data={"answer": "het was toestel <12>"}, headers=OWN
    )

    html = await answer.text()
    assert answer.status == 409
    assert "Niet vastgelegd." in html
    assert "Kan nadat wachten op de klant is begonnen" in html
    assert "het was toestel &lt;12&gt;</textarea>" in html


@pytest.mark.parametrize(
    ("command", "typed", "sentence"),
    [
        ("record-plan", {"plan": "", "told_to": "Planning"}, "Vul in: oplossingsplan."),
        ("we-approve", {"up_to": "veel"}, "'veel' is geen bedrag. Schrijf het als 250,00."),
        ("assign", {"engineer_id": "99"}, "'99' staat niet in de lijst. Kies een van de keuzes."),
        ("begin-work", {"at": "gisteren"}, "'gisteren' is geen tijdstip. Schrijf het als 2026-11-21T08:30."),
        ("begin-work", {"at": "9999-01-01T00:00"}, "ligt te ver weg: kies een jaar van 1971 tot 2199."),
        ("note", {"text": "x" * 4001}, "Dit zijn 4001 tekens; er passen er 4000."),
        ("confirm-category", {"category": "IV", **WHY}, "'IV' staat niet in de lijst."),
    ],
)
async def test_what_can_not_be_read_is_named_at_its_field(visitor, desk, number, command, typed, sentence):
    before = (await desk.ticket(number)).work

    answer = await visitor.post(f"/tickets/{number}/do/{command}", data=typed, headers=OWN)

    html = unescape(await answer.text())
    assert answer.status == 422
    assert sentence in html
    assert 'aria-invalid="true"' in html
    assert (await desk.ticket(number)).work == before


async def test_a_moment_in_the_future_is_refused_by_the_desk_itself(visitor, number):
    answer = await visitor.post(f"/tickets/{number}/do/begin-work", data={"at": "2026-11-10T10:43"}, headers=OWN)

    assert answer.status == 409
    assert "Kan niet in de toekomst" in await answer.text()


async def test_an_unknown_command_or_ticket_is_no_page(visitor, number):
    assert (await visitor.post(f"/tickets/{number}/do/drop-tables", headers=OWN)).status == 404
    assert (await visitor.post("/tickets/T-9999/do/note", data={"text": "x"}, headers=OWN)).status == 404


async def test_a_category_that_is_confirmed_changes_the_promise_on_the_page(visitor, number, desk):
    before = plain(await (await visitor.get(f"/tickets/{number}")).text())

    await visitor.post(f"/tickets/{number}/do/confirm-category", data={"category": "I", **WHY}, headers=OWN)

    after = plain(await (await visitor.get(f"/tickets/{number}")).text())
    assert "Premium, CAT I, R-013" in after
    assert "Premium, CAT I, R-013" not in before
    assert (await desk.ticket(number)).category == "I"


async def test_hours_show_what_they_will_cost_and_why_before_they_are_booked(visitor, number, desk):
    shown = await (await visitor.get(f"/tickets/{number}/preview/book-time", params=BOOKED)).text()

    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", shown)).split())
    assert "Ondersteuning op afstand, 2 × 15 min" in text
    assert "20 min = 2 x 15 min, naar boven afgerond ( R-087 )" in text
    assert "inbegrepen" in text
    assert (await desk.ticket(number)).work.time_entries == ()


async def test_hours_that_nobody_agreed_to_pay_say_so_with_the_amount(visitor, number, desk):
    await visitor.post(f"/tickets/{number}/do/change-scope", data={"scope": "not_covered", **WHY}, headers=OWN)

    shown = unescape(await (await visitor.get(f"/tickets/{number}/preview/book-time", params=BOOKED)).text())
    assert "Zo kan het nog niet." in shown
    assert "€ 55,00. Kan nadat de klant en CNE akkoord zijn gegaan met de kosten" in shown

    for command, typed in (
        ("customer-approves", {"who": "Piet", "how": "mail", "up_to": "60"}),
        ("we-approve", {"up_to": "60"}),
    ):
        await visitor.post(f"/tickets/{number}/do/{command}", data=typed, headers=OWN)
    shown = unescape(await (await visitor.get(f"/tickets/{number}/preview/book-time", params=BOOKED)).text())
    assert "€ 55,00" in shown
    await visitor.post(f"/tickets/{number}/do/book-time", data=BOOKED, headers=OWN)
    page = plain(await (await visitor.get(f"/tickets/{number}")).text())
    assert "€ 55,00, akkoord tot € 60,00" in page
    assert "Samen, zonder btw € 55,00" in page


async def test_the_meter_of_changes_tells_how_much_of_the_month_is_left(visitor, number):
    typed = {
        **BOOKED,
        "activity": "configuration_change",
        "began_at": "2026-11-10T10:00",
        "ended_at": "2026-11-10T10:10",
    }
    await visitor.post(f"/tickets/{number}/do/book-time", data=typed, headers=OWN)

    page = plain(await (await visitor.get(f"/tickets/{number}")).text())

    assert "Wijzigingen deze maand: 15 van 60 min gebruikt, nog 45 min vrij" in page


async def test_the_ledger_shows_each_excuse_with_its_evidence_and_whether_it_counts(visitor, number):
    await visitor.post(f"/tickets/{number}/do/excuse", data=EXCUSE, headers=OWN)
    waiting = plain(await (await visitor.get(f"/tickets/{number}")).text())
    assert "Overmacht zo gezien Bewijs: KNMI code rood Fenna Fictief" in waiting
    assert "nog niet: wacht op een supervisor" in waiting

    await visitor.post(f"/tickets/{number}/do/confirm-excuse", data={"reason": "force_majeure", **WHY}, headers=OWN)

    assert "nog niet: wacht op een supervisor" not in plain(await (await visitor.get(f"/tickets/{number}")).text())


async def test_an_excuse_that_is_over_is_put_on_record_afterwards_and_can_be_corrected(visitor, number, desk, clock):
    clock.move(timedelta(hours=2))
    typed = {**EXCUSE, "begins_at": "2026-11-10T11:00", "ends_at": "2026-11-10T11:30"}

    await visitor.post(f"/tickets/{number}/do/excuse", data=typed, headers=OWN)

    (wait,) = (await desk.ticket(number)).work.waits
    assert (wait.until - wait.since, wait.is_confirmed) == (timedelta(minutes=30), False)
    (_, ended) = (await desk.ticket(number)).work.history
    typed = {"event_id": str(ended.id), "why": "duurde langer", "at": "2026-11-10T11:45"}
    await visitor.post(f"/tickets/{number}/do/correct-event", data=typed, headers=OWN)
    (wait,) = (await desk.ticket(number)).work.waits
    assert wait.until - wait.since == timedelta(minutes=45)
    page = plain(await (await visitor.get(f"/tickets/{number}")).text())
    assert "Gecorrigeerd door Fenna Fictief: op een ander moment gezet. duurde langer" in page


async def test_looking_at_a_ticket_changes_nothing(visitor, number, web_store):
    """What the page asks the desk about every command is taken back, down to the last row."""

    async def rows() -> list[TicketRow]:
        async with web_store.reading() as session:
            return [one.model_dump() for one in (await session.exec(select(TicketRow))).all()]

    before = await rows()
    for query in ("", "?do=book-time", "?do=leave"):
        assert (await visitor.get(f"/tickets/{number}{query}")).status == 200

    assert await rows() == before


async def test_an_engineer_of_a_lower_line_reads_why_the_work_is_not_theirs(visitor, number, web_store):
    await visitor.post(f"/tickets/{number}/do/escalate", data={"to_line": "3", **WHY}, headers=OWN)

    text = plain(await (await visitor.get(f"/tickets/{number}")).text())

    assert "Kan niet: Fenna Fictief is engineer van lijn 1 en dit werk vraagt lijn 3 ( R-142 )." in text
    async with web_store.reading() as session:
        assert (await session.exec(select(EngineerRow).where(EngineerRow.name == "Fenna Fictief"))).one().line == 1


async def test_the_state_of_the_ticket_follows(visitor, number, desk):
    for command, typed, state in (
        ("begin-work", {}, TicketState.IN_PROGRESS),
        ("record-plan", PLAN, TicketState.PLANNED),
        ("ask-customer", ASKED, TicketState.WAITING),
        ("customer-answered", {"answer": "ja"}, TicketState.IN_PROGRESS),
        ("resolve", {"solution": "klaar"}, TicketState.RESOLVED),
        ("close", WHY, TicketState.CLOSED),
    ):
        await visitor.post(f"/tickets/{number}/do/{command}", data=typed, headers=OWN)
        assert (await desk.ticket(number)).state == state, command


def test_moments_are_read_as_local_time():
    from ari_app.web.fields import _moment

    assert _moment("2026-11-10T10:42") == datetime(2026, 11, 10, 10, 42, tzinfo=AMSTERDAM)
