"""What is on hold is touched by neither retention nor a request to erase (R-113)."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from ari_app.config import RetentionSettings, Settings
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.commands.told_facts import correct_call_back_number, name_customer
from ari_app.desk.contacts import Changed
from ari_app.desk.holds import OnHold
from ari_app.desk.refusal import Refused
from ari_app.desk.report import CallReport
from ari_app.desk.retention import Retention
from ari_app.desk.views import TicketView
from ari_app.store.database import Store
from ari_app.store.tables import Role, TicketRow
from sla.ticket import TicketState
from tests.desk.conftest import SetClock

NUMBER = "+31850004120"
BOSS = Actor("baas", Role.ADMINISTRATOR)
#: Whatever of the ticket is named, it is the same ticket.
ON = {
    "the ticket": OnHold(ticket="T-1001"),
    "the customer": OnHold(customer_id=1),
    "who called": OnHold(number="085 000 41 20"),
    "whom to call back": OnHold(number="06 12345678"),
}


@pytest.fixture
async def number(desk: Desk, store: Store, settings: Settings, report: Callable[..., CallReport]) -> str:
    """A closed ticket with a recording, long ago."""
    (settings.recordings / "call").mkdir(parents=True)
    (settings.recordings / "call" / "one.wav").write_bytes(b"sound")
    number = await desk.close_call(report(call_back_number="+31612345678", is_urgent=True))
    async with store.session() as session:
        (await session.get_one(TicketRow, 1)).state = TicketState.CLOSED
    return number


def retention(desk: Desk, settings: Settings, clock: SetClock) -> Retention:
    days = RetentionSettings(audio_days=30, transcript_days=30, number_days=30, attachment_days=30)
    return Retention(desk.store, clock, settings.model_copy(update={"retention": days}))


@pytest.mark.parametrize("on", ON.values(), ids=ON)
async def test_retention_passes_by_what_is_on_hold_until_it_is_lifted(
    desk: Desk, settings: Settings, clock: SetClock, number: str, on: OnHold
) -> None:
    await desk.attachments.add(number, "lijst.txt", b"een", BOSS)
    hold = await desk.people.holds.place(on, BOSS, "geschil van 1 maart")
    clock.at += timedelta(days=400)
    kept = retention(desk, settings, clock)

    due, while_held = await kept.due(), await kept.erase()
    await desk.people.holds.lift(hold, BOSS, "geschil is voorbij")
    after = await kept.erase()

    assert (due.total(), while_held.total(), after.total()) == (0, 0, 4)


@pytest.mark.parametrize("on", ON.values(), ids=ON)
async def test_a_request_to_erase_leaves_what_is_on_hold_whole_and_names_it(
    desk: Desk, number: str, look: Callable[[str], Awaitable[TicketView]], on: OnHold
) -> None:
    await desk.people.holds.place(on, BOSS, "geschil")

    gone = await desk.people.erase(NUMBER, BOSS, "verzoek")

    assert (gone.erased, gone.kept, gone.on_hold) == ((), (), (number,))
    assert (await look(number)).caller_number == NUMBER
    assert (await desk.who_is(NUMBER)).has_sla


async def test_a_hold_on_somebody_else_holds_nothing_back(desk: Desk, number: str) -> None:
    for other in (OnHold(customer_id=2), OnHold(number="+31612399999")):
        await desk.people.holds.place(other, BOSS, "geschil")

    assert (await desk.people.erase(NUMBER, BOSS, "verzoek")).erased == (number,)


async def test_a_person_on_hold_without_a_ticket_stays_known(desk: Desk) -> None:
    await desk.people.holds.place(OnHold(number=NUMBER), BOSS, "geschil")

    await desk.people.erase(NUMBER, BOSS, "verzoek")

    assert (await desk.who_is(NUMBER)).customer_id == 1


#: Each would leave nobody who can say whose number it was.
LOSING = {
    "the number goes": lambda desk: desk.directory.remove_number(1, NUMBER, BOSS),
    "another number takes its place": lambda desk: desk.contacts.change(
        1, "Planning", Changed(numbers=["020 765 4321"]), BOSS
    ),
    "a colleague gets it": lambda desk: desk.contacts.change(1, "Balie", Changed(numbers=[NUMBER]), BOSS),
    "another name": lambda desk: desk.contacts.change(1, "Planning", Changed(name="Ritplanning"), BOSS),
    "the contact goes": lambda desk: desk.contacts.remove(1, 1, BOSS),
}


@pytest.mark.parametrize("on", [OnHold(number=NUMBER), OnHold(customer_id=1)], ids=["the number", "the customer"])
@pytest.mark.parametrize("lose", LOSING.values(), ids=LOSING)
async def test_who_has_a_number_on_hold_stays_known_until_the_hold_is_lifted(
    desk: Desk, lose: Callable[[Desk], Awaitable[object]], on: OnHold
) -> None:
    for name in ("Planning", "Balie"):
        await desk.contacts.note(1, name, BOSS, f"{name.lower()}@testrit.example")
    hold = await desk.people.holds.place(on, BOSS, "geschil")
    before = await desk.contacts.of(1)

    with pytest.raises(Refused, match=f"Kan nadat bewaarplicht {hold} is opgeheven"):
        await lose(desk)

    assert await desk.contacts.of(1) == before
    await desk.people.holds.lift(hold, BOSS, "voorbij")
    await lose(desk)
    assert await desk.contacts.of(1) != before


async def test_a_hold_stops_no_number_more_and_no_other_mail_address(desk: Desk) -> None:
    await desk.people.holds.place(OnHold(customer_id=1), BOSS, "geschil")

    changed = Changed(name="Planning", mail="p@testrit.example", numbers=[NUMBER, "020 765 4321"])
    contact = await desk.contacts.change(1, "Planning", changed, BOSS)

    assert (contact.mail, contact.numbers) == ("p@testrit.example", ("+31207654321", NUMBER))


@pytest.mark.parametrize(
    ("on", "command", "value"),
    [
        (OnHold(number="06 12345678"), correct_call_back_number, ("020 765 4321",)),
        (OnHold(customer_id=1), name_customer, ("", "verkeerd herkend")),
    ],
    ids=["the number to call back", "the customer"],
)
async def test_a_ticket_can_not_be_corrected_out_of_its_hold(
    desk: Desk,
    store: Store,
    number: str,
    look: Callable[[str], Awaitable[TicketView]],
    on: OnHold,
    command: Callable[..., Awaitable[None]],
    value: tuple[str, ...],
) -> None:
    async with store.session() as session:
        (await session.get_one(TicketRow, 1)).state = TicketState.NEW
    await desk.people.holds.place(on, BOSS, "geschil")
    before = await look(number)

    with pytest.raises(Refused, match=f"een bewaarplicht op {number} zelf"):
        await desk.change(number, BOSS, command, *value)

    assert await look(number) == before
    await desk.people.holds.place(OnHold(ticket=number), BOSS, "geschil")
    await desk.change(number, BOSS, command, *value)
    assert await look(number) != before


async def test_a_hold_ends_after_its_last_local_day(
    desk: Desk, settings: Settings, clock: SetClock, number: str
) -> None:
    await desk.people.holds.place(OnHold(ticket=number), BOSS, "geschil", date(2026, 4, 30))
    kept = retention(desk, settings, clock)
    clock.at = clock.at.replace(month=4, day=30, hour=21, minute=59)  # 23:59 in Amsterdam
    on_its_day = await kept.due()
    clock.at += timedelta(minutes=1)

    assert (on_its_day.total(), (await kept.due()).total() > 0) == (0, True)
    (hold,) = await desk.people.holds.all(10)
    assert (hold.whom, hold.is_in_force, hold.placed_by, hold.why) == (number, False, "baas", "geschil")


@pytest.mark.parametrize(
    ("on", "why", "until", "refusal"),
    [
        (OnHold(ticket="T-1001"), " ", None, "de reden is ingevuld"),
        (OnHold(ticket="T-9999"), "x", None, "bestaat niet"),
        (OnHold(customer_id=99), "x", None, "niet bekend"),
        (OnHold(number="abc"), "x", None, "geen telefoonnummer"),
        (OnHold(), "x", None, "één klant, één ticket of één telefoonnummer"),
        (OnHold(customer_id=1, ticket="T-1001"), "x", None, "één klant, één ticket of één telefoonnummer"),
        (OnHold(ticket="T-1001"), "x", date(2026, 3, 1), "al voorbij"),
    ],
)
async def test_a_hold_names_one_thing_that_is_there_and_its_reason(
    desk: Desk, number: str, on: OnHold, why: str, until: date | None, refusal: str
) -> None:
    with pytest.raises(Refused, match=refusal):
        await desk.people.holds.place(on, BOSS, why, until)

    assert await desk.people.holds.all(10) == []


async def test_only_an_administrator_places_and_lifts_and_a_hold_is_lifted_once(desk: Desk, number: str) -> None:
    hold = await desk.people.holds.place(OnHold(ticket=number), BOSS, "geschil")
    supervisor = Actor("sanne", Role.SUPERVISOR)

    for command in (
        desk.people.holds.place(OnHold(ticket=number), supervisor, "geschil"),
        desk.people.holds.lift(hold, supervisor, "voorbij"),
    ):
        with pytest.raises(Refused, match="beheerder"):
            await command
    await desk.people.holds.lift(hold, BOSS, "voorbij")
    with pytest.raises(Refused, match="al opgeheven"):
        await desk.people.holds.lift(hold, BOSS, "voorbij")
