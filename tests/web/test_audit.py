"""Who did what: every command, play and login of a person, in a chain that shows what was changed afterwards."""

import asyncio
import csv
import io
from datetime import timedelta

import pytest
from sqlmodel import select

from ari_app.desk.actor import Actor
from ari_app.desk.audit import Asked
from ari_app.desk.commands.progress import begin_work, note
from ari_app.store.acting import Act, acting
from ari_app.store.audit_tables import AuditRow
from ari_app.store.tables import Role
from ari_app.web.addresses import household_of, network_of

OWN = {"Sec-Fetch-Site": "same-origin"}


async def entries(desk, **asked):
    """Oldest first."""
    return list(reversed(await desk.audit.entries(Asked(**asked), 1000)))


@pytest.fixture
async def auditor(browsers, accounts):
    """Kees, logged in."""
    client = await browsers()
    form = {"username": "kees", "password": await accounts.create("kees", "auditor")}
    await client.post("/login", data=form, headers=OWN)
    return client


async def test_a_command_by_the_page_stands_there_with_name_role_ticket_and_network(visitor, caller, desk, clock):
    number = await caller.leaves_message()
    clock.move(timedelta(minutes=5))

    await visitor.post(f"/tickets/{number}/call-back", data={"phone": "desk-1"}, headers=OWN, allow_redirects=False)

    entry = (await entries(desk, what="call-back"))[0]
    assert (entry.who, entry.role, entry.ticket, entry.at) == ("ilse", "supervisor", number, clock.now())
    assert entry.origin == "127.0.0.0/24"


async def test_each_play_of_a_recording_stands_there_once(visitor, caller, desk):
    """R-114"""
    number = await caller.leaves_message()

    for _ in range(3):
        await visitor.get(f"/recordings/{number}")

    found = await entries(desk, what="recording")
    assert [(one.who, one.ticket) for one in found] == [("ilse", number)]


async def test_logging_in_and_out_and_what_failed_stand_there_without_what_was_typed(stranger, password, desk):
    for name, given in (("ilse", "fout"), ("Geheim-Wachtwoord1", "fout"), ("ilse", password)):
        await stranger.post("/login", data={"username": name, "password": given}, headers=OWN)
    await stranger.post("/logout", headers=OWN)

    found = await entries(desk)
    told = [(one.what, one.who) for one in found if one.what.startswith("log")]
    assert told == [("login_failed", "ilse"), ("login_failed", ""), ("login", "ilse"), ("logout", "ilse")]
    assert "Geheim" not in repr(found)


async def test_what_was_not_allowed_stands_there_too(stranger, auditor, desk):
    await auditor.post("/rota/link", headers=OWN)

    (entry,) = await entries(desk, what="refused")
    assert (entry.who, entry.detail) == ("kees", "POST /rota/link")


async def test_a_desk_command_gives_its_own_name_and_what_was_refused_leaves_nothing(caller, desk, clock):
    number = await caller.leaves_message()
    act = Act("ilse", "supervisor", "page", clock.now(), "192.0.2.0/24")

    with acting(act):
        await desk.change(number, Actor("ilse", Role.SUPERVISOR), begin_work)
        with pytest.raises(ValueError, match="Kan nadat"):
            await desk.change(number, Actor("ilse", Role.SUPERVISOR), note, " ")

    assert [(one.what, one.ticket, one.customer) for one in await entries(desk)] == [
        ("begin_work", number, "Transport De Testrit")
    ]


async def test_what_the_line_does_by_itself_is_no_persons_deed(caller, desk):
    await caller.leaves_message()

    assert await entries(desk) == []


async def test_a_page_that_only_shows_leaves_no_entry(visitor, caller, desk):
    number = await caller.leaves_message()

    await visitor.get("/")
    await visitor.get(f"/tickets/{number}")

    assert [one.what for one in await entries(desk)] == ["login"]


async def test_the_chain_holds_and_breaks_where_somebody_changed_a_row(desk, clock, web_store):
    for name in ("een", "twee", "drie", "vier"):
        await desk.audit.note(Act(name, "", "login", clock.now(), "192.0.2.0/24"))
    whole = await desk.audit.check()
    async with web_store.session() as session:
        (await session.exec(select(AuditRow).where(AuditRow.who == "twee"))).one().who = "iemand anders"
    changed = await desk.audit.check()

    assert (whole.entries, whole.broken_at) == (4, None)
    assert changed.broken_at == 2


async def test_the_chain_breaks_where_somebody_took_a_row_away(desk, clock, web_store):
    for name in ("een", "twee", "drie"):
        await desk.audit.note(Act(name, "", "login", clock.now(), "192.0.2.0/24"))
    async with web_store.session() as session:
        await session.delete((await session.exec(select(AuditRow).where(AuditRow.who == "twee"))).one())

    assert (await desk.audit.check()).broken_at == 3


async def test_the_auditor_finds_by_who_what_ticket_customer_and_day(auditor, caller, desk, clock):
    number = await caller.leaves_message()
    with acting(Act("ilse", "supervisor", "page", clock.now(), "192.0.2.0/24")):
        await desk.change(number, Actor("ilse", Role.SUPERVISOR), begin_work)

    for query, hits in [
        ("who=ilse", 1), ("who=bas", 0), ("what=begin_work", 1), (f"ticket={number}", 1), ("ticket=T-9999", 0),
        ("customer=Transport+De+Testrit", 1), ("customer=Garage+Nepstra", 0), ("who=ilse&since=2026-11-10", 1),
        ("who=ilse&until=2026-11-09", 0), ("who=ilse&until=2026-11-10", 1),
    ]:  # fmt: skip
        text = await (await auditor.get(f"/audit?{query}")).text()
        assert text.count("<b>ilse</b>") == hits, query


async def test_a_day_that_is_none_is_said_so_and_loses_nothing(auditor):
    answer = await auditor.get("/audit?since=gisteren&who=ilse")

    assert answer.status == 400
    text = await answer.text()
    assert "is geen dag" in text
    assert 'value="ilse"' in text


async def test_older_entries_are_a_page_further(auditor, desk, clock):
    for count in range(60):
        await desk.audit.note(Act(f"naam{count}", "", "login", clock.now(), ""))

    first = await (await auditor.get("/audit?what=login")).text()
    address = first.split('href="/audit?what=login&amp;before=')[1].split('"')[0]
    second = await (await auditor.get(f"/audit?what=login&before={address}")).text()

    assert ("naam59" in first, "naam5<" in first) == (True, False)
    assert ("naam59" in second, "naam5<" in second) == (False, True)


async def test_the_csv_holds_all_that_match_and_no_formula(auditor, desk, clock):
    for count in range(600):
        await desk.audit.note(Act("=CMD()" if count == 7 else "ilse", "", "login", clock.now(), ""))

    answer = await auditor.get("/audit.csv?what=login")

    rows = list(csv.reader(io.StringIO(await answer.text())))
    assert rows[0][:5] == ["nummer", "tijdstip", "wie", "rol", "wat"]
    assert len(rows) == 1 + 600 + 1  # and that of the auditor
    assert {row[2] for row in rows[1:]} == {"ilse", "'=CMD()", "kees"}
    assert "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("address", "network", "household"),
    [
        ("192.0.2.17", "192.0.2.0/24", "192.0.2.17"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.17", "192.0.2.0/24", "192.0.2.17"),
        (None, "unknown", "unknown"),
    ],
)
def test_of_an_address_only_the_network_is_kept(address, network, household):
    assert (network_of(address), household_of(address)) == (network, household)


async def test_two_at_once_are_one_after_the_other_in_the_chain(desk, clock):
    await asyncio.gather(*(desk.audit.note(Act(f"n{i}", "", "login", clock.now(), "")) for i in range(10)))

    found = await desk.audit.check()
    assert (found.entries, found.broken_at) == (10, None)
