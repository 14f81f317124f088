"""Who asks gets all that is held on their number, or has it erased but for tickets that are not finished."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from sqlmodel import select

from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.person_reading import Fate, Match
from ari_app.desk.refusal import Refused
from ari_app.desk.report import CallReport
from ari_app.desk.views import to_json
from ari_app.store.database import Store
from ari_app.store.tables import AccessEntryRow, Role, TicketRow, VoicemailRow
from ari_app.store.work_queue import Sound, SoundJob
from ari_app.store.work_tables import DecisionRow
from sla.ticket import TicketState
from tests.desk.test_what_was_heard import heard

NUMBER = "+31850004120"
BOSS = Actor("baas", Role.ADMINISTRATOR)


@pytest.fixture
async def number(desk: Desk, settings: Settings, report: Callable[..., CallReport]) -> str:
    """An open ticket with a recording and its text."""
    (settings.recordings / "call").mkdir(parents=True)
    (settings.recordings / "call" / "one.wav").write_bytes(b"sound")
    number = await desk.close_call(report())
    await desk.hearing.file(SoundJob(Sound.MESSAGE, 1), heard("het hele bedrijf ligt plat"))
    return number


async def close(store: Store) -> None:
    async with store.session() as session:
        (await session.get_one(TicketRow, 1)).state = TicketState.CLOSED


async def test_the_file_holds_tickets_text_and_recordings_and_the_ticket_says_who_took_it(
    desk: Desk, store: Store, number: str
) -> None:
    """R-114"""
    with zipfile.ZipFile(io.BytesIO(await desk.people.export(NUMBER, BOSS))) as file:
        held = json.loads(file.read("person.json"))
        sound = file.read("recordings/call/one.wav")

    assert [one["number"] for one in held["tickets"]] == [number]
    assert "plat" in json.dumps(held)
    assert sound == b"sound"
    async with store.reading() as session:
        (entry,) = (await session.exec(select(AccessEntryRow))).all()
    assert (entry.account, entry.purpose) == ("baas", "exported")


async def test_a_finished_ticket_loses_sound_text_and_number_and_keeps_what_statistics_need(
    desk: Desk, store: Store, settings: Settings, number: str
) -> None:
    await close(store)

    gone = await desk.people.erase(NUMBER, BOSS, "verzoek van 2 maart")

    ticket = await desk.ticket(number)
    assert ticket is not None
    assert ticket.voicemail is not None
    assert (gone.erased, gone.kept) == ((number,), ())
    assert (ticket.caller_number, ticket.voicemail.text) == (None, "")
    assert (ticket.voicemail.seconds, ticket.proposal) == (12.5, "cat3")
    assert list((settings.recordings / "call").iterdir()) == []
    assert [one.why for one in ticket.work.decisions if one.what == "person_erased"] == [
        "Gegevens van de beller gewist: verzoek van 2 maart"
    ]
    with pytest.raises(Refused, match="niets bewaard"):
        await desk.people.export(NUMBER, BOSS)


async def test_a_ticket_that_is_not_finished_is_kept_whole_and_named(desk: Desk, number: str) -> None:
    gone = await desk.people.erase(NUMBER, BOSS, "verzoek")

    ticket = await desk.ticket(number)
    assert ticket is not None
    assert (gone.erased, gone.kept) == ((), (number,))
    assert ticket.caller_number == NUMBER


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ENGINEER, Role.MANAGER, Role.AUDITOR, None])
async def test_only_an_administrator_does_this(desk: Desk, number: str, role: Role | None) -> None:
    with pytest.raises(Refused, match="beheerder"):
        await desk.people.export(NUMBER, Actor("iemand", role))
    with pytest.raises(Refused, match="beheerder"):
        await desk.people.erase(NUMBER, Actor("iemand", role), "verzoek")


async def test_attachments_are_handed_out_and_erased_with_the_rest(
    desk: Desk, store: Store, settings: Settings, number: str
) -> None:
    await desk.attachments.add(number, "../lijst.txt", b"Jan Verzonnen", BOSS)

    with zipfile.ZipFile(io.BytesIO(await desk.people.export(NUMBER, BOSS))) as file:
        held = {name: file.read(name) for name in file.namelist() if name.startswith("attachments/")}
    await close(store)
    await desk.people.erase(NUMBER, BOSS, "verzoek")

    assert held == {f"attachments/{number}/1-lijst.txt": b"Jan Verzonnen"}
    assert list(settings.attachments.iterdir()) == []
    assert await desk.attachments.of_ticket(number) == ()


async def test_what_a_person_corrected_of_the_caller_goes_too(desk: Desk, store: Store, number: str) -> None:
    async with store.session() as session:
        session.add(
            DecisionRow(ticket_id=1, at=desk.now(), actor="sanne", what="fact_person", before="", after="Jan Verzonnen")
        )
    await close(store)

    await desk.people.erase(NUMBER, BOSS, "verzoek")

    assert "Verzonnen" not in json.dumps(to_json(await desk.ticket(number)))


async def test_who_asks_is_found_by_number_by_name_and_by_the_name_they_said(
    desk: Desk, store: Store, number: str
) -> None:
    told = {"person": {"value": "Jan Verzonnen", "text": "jan verzonnen"}}
    async with store.session() as session:
        (await session.get_one(VoicemailRow, 1)).told = told

    found = [await desk.people.find(text, BOSS) for text in ("085 000 41 20", "plann", "verzonn", "ni", "niemand")]

    planning = Match(NUMBER, "Planning", "Transport De Testrit", 1, 1)
    assert found == [[planning], [planning], [planning], [], []]


async def test_before_erasing_it_is_shown_what_would_happen_to_each_ticket(
    desk: Desk, store: Store, report: Callable[..., CallReport], number: str
) -> None:
    await desk.attachments.add(number, "lijst.txt", b"een", BOSS)
    await close(store)
    open_one = await desk.close_call(report(call_id="call-2", recording=None))

    held = await desk.people.held(NUMBER, BOSS)

    assert held is not None
    assert [(one.number, one.fate, one.sounds, one.has_text, one.attachments) for one in held.tickets] == [
        (number, Fate.ERASED, 1, True, 1),
        (open_one, Fate.OPEN, 0, False, 0),
    ]
    assert (held.name, held.customer, held.is_on_hold) == ("Planning", "Transport De Testrit", False)
    assert await desk.people.held("+31612399999", BOSS) is None
