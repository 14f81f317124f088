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
from ari_app.desk.refusal import Refused
from ari_app.desk.report import CallReport
from ari_app.store.database import Store
from ari_app.store.tables import AccessEntryRow, Role, TicketRow
from ari_app.store.work_queue import Sound, SoundJob
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
