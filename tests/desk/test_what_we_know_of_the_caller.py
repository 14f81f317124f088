"""What is known of the customer reaches the speech engine and the assessment of a message, on both databases."""

import asyncio
from collections.abc import Awaitable, Callable

import numpy as np
import pytest
from sqlmodel import select

from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.refusal import Refused
from ari_app.desk.report import CallReport
from ari_app.desk.views import TicketView
from ari_app.jobs.pipeline import Pipeline, conduct
from ari_app.jobs.worker import BUNDLED_MODEL
from ari_app.speech.synth import speak
from ari_app.store.database import Store
from ari_app.store.tables import Contract, VoicemailRow
from ari_app.store.work_queue import Sound, SoundJob
from tests.desk.conftest import CUSTOMER, ENGINEER
from tests.desk.test_the_way_of_a_message import Hears, once
from transcription.audio import write_wav
from transcription.reading import ears_in
from transcription.vosk_engine import VoskEngine

Report = Callable[..., CallReport]
Look = Callable[[str], Awaitable[TicketView]]
JOB = SoundJob(Sound.MESSAGE, 1)
CRACKLES = "de telefoon in de koelcel kraakt het is niet dringend"
#: Transport De Testrit, in the seeded database.
TESTRIT = 1


@pytest.fixture
def engine() -> Hears:
    return Hears(said=CRACKLES)


@pytest.fixture
def pipeline(desk: Desk, settings: Settings, engine: Hears) -> Pipeline:
    write_wav(settings.recordings / "call" / "one.wav", np.ones(16000, dtype=np.int16))
    loop = asyncio.get_event_loop_policy().get_event_loop()
    return Pipeline(desk, engine, ears_in(settings.home), loop, worker="worker-1")


async def heard(pipeline: Pipeline) -> None:
    pipeline._loop = asyncio.get_running_loop()
    assert await asyncio.to_thread(conduct, pipeline, JOB, once) == "filed"


async def test_trouble_at_a_place_that_the_customer_calls_crucial_is_proposed_as_cat_ii(
    desk: Desk, store: Store, report: Report, look: Look, pipeline: Pipeline
) -> None:
    await desk.crucial_places.add(TESTRIT, "Koelcel", ENGINEER)
    number = await desk.close_call(report())

    await heard(pipeline)

    ticket = await look(number)
    async with store.reading() as session:
        stored = (await session.exec(select(VoicemailRow.evidence))).one()
    (known,) = [one for one in stored if one["voice"] == "customer"]
    assert ticket.proposal == "cat2"
    assert (known["text"], known["phrase"], known["group"]) == ("koelcel", "koelcel", "crucial to this customer")
    assert known["start"] is not None


async def test_the_same_words_of_another_customer_are_cat_i(
    desk: Desk, report: Report, look: Look, pipeline: Pipeline
) -> None:
    await desk.crucial_places.add(2, "koelcel", ENGINEER)
    number = await desk.close_call(report())

    await heard(pipeline)

    assert (await look(number)).proposal == "cat1"


async def test_a_call_from_a_phone_at_a_crucial_place_is_about_that_place(
    desk: Desk, report: Report, look: Look, pipeline: Pipeline, engine: Hears
) -> None:
    engine.said = "mijn headset kraakt een beetje het is niet erg hoor"
    await desk.crucial_places.add(TESTRIT, "meldkamer", ENGINEER, report().caller_number or "")
    number = await desk.close_call(report())

    await heard(pipeline)

    ticket = await look(number)
    assert ticket.proposal == "cat2"
    assert ticket.needs_review


async def test_the_engine_is_told_the_names_that_a_known_caller_may_say(
    desk: Desk, report: Report, pipeline: Pipeline, engine: Hears
) -> None:
    await desk.directory.add_number(TESTRIT, "020 555 0199", ENGINEER, "Wietske Verzonnen")
    await desk.crucial_places.add(TESTRIT, "koelcel noord", ENGINEER)
    await desk.services.note(TESTRIT, "Wachtmuziek", ENGINEER, "Deunfabriek")
    await desk.close_call(report())

    await heard(pipeline)

    names = {"testrit", "wietske", "verzonnen", "koelcel", "noord", "voip", "wachtmuziek", "deunfabriek"}
    assert names <= set(engine.hints)


@pytest.mark.speech
@pytest.mark.parametrize(("known_as", "heard_as"), [("Garage Bosch", "bosch"), ("Garage Anders", "bos")])
async def test_the_real_engine_hears_the_name_of_the_caller_s_company(
    desk: Desk, settings: Settings, report: Report, look: Look, known_as: str, heard_as: str
) -> None:
    """The sound leaves both open; words and grounds come from the real model and the real voices."""
    customer = await desk.directory.add_customer(known_as, ENGINEER)
    await desk.directory.add_number(customer, "020 555 0123", ENGINEER)
    await desk.crucial_places.add(customer, "garage", ENGINEER)
    write_wav(settings.recordings / "call" / "one.wav", speak("met Kees van garage Bosch in Den Bosch"))
    number = await desk.close_call(report(caller_number="+31205550123"))

    await heard(Pipeline(desk, VoskEngine(BUNDLED_MODEL), ears_in(settings.home), asyncio.get_running_loop()))

    ticket = await look(number)
    assert ticket.voicemail is not None
    assert ticket.voicemail.text == f"met kees van garage {heard_as} in den bosch"


async def test_of_a_caller_whom_nobody_knows_nothing_is_assumed(
    desk: Desk, report: Report, look: Look, pipeline: Pipeline, engine: Hears
) -> None:
    number = await desk.close_call(report(caller_number="+31612345678"))

    await heard(pipeline)

    assert not engine.hints
    assert (await look(number)).proposal == "cat1"


@pytest.mark.parametrize(("users", "proposed"), [(12, "cat3"), (300, "cat2")])
async def test_a_message_that_names_as_many_people_as_the_contract_has_users_is_about_the_whole_company(
    desk: Desk, store: Store, report: Report, look: Look, pipeline: Pipeline, engine: Hears, users: int, proposed: str
) -> None:
    engine.said = MANY
    async with store.session() as session:
        for contract in await session.exec(select(Contract).where(Contract.customer_id == TESTRIT)):
            contract.users = users
            session.add(contract)
    number = await desk.close_call(report())

    await heard(pipeline)

    assert (await look(number)).proposal == proposed


MANY = "hier op kantoor kunnen twaalf collega's niet meer bellen en de klanten wachten"


async def test_what_is_crucial_is_said_by_our_own_people_and_can_be_taken_back(desk: Desk) -> None:
    await desk.crucial_places.add(TESTRIT, " Balie  achter, ", ENGINEER)
    again = await desk.crucial_places.add(TESTRIT, "balie achter", ENGINEER, "020 123 4511")
    (customer,) = [one for one in await desk.directory.customers() if one.id == TESTRIT]

    assert (again.place, again.number) == ("balie achter", "+31201234511")
    assert await desk.crucial_places.of(TESTRIT) == [again]
    assert customer.crucial == ("balie achter",)
    await desk.crucial_places.remove(TESTRIT, "Balie achter", ENGINEER)
    assert await desk.crucial_places.of(TESTRIT) == []


@pytest.mark.parametrize(
    ("customer", "place", "number", "says"),
    [
        (99, "kassa", "", "Klant 99 is niet bekend"),
        (TESTRIT, " . ", "", "de plaats een naam heeft"),
        (TESTRIT, "kassa", "twaalf", "geen telefoonnummer"),
    ],
)
async def test_a_place_that_can_not_be_kept_is_refused_with_why(
    desk: Desk, customer: int, place: str, number: str, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        await desk.crucial_places.add(customer, place, ENGINEER, number)
    assert await desk.crucial_places.of(TESTRIT) == []


async def test_a_customer_does_not_say_by_itself_what_is_crucial(desk: Desk) -> None:
    with pytest.raises(Refused, match="medewerker van CNE"):
        await desk.crucial_places.add(TESTRIT, "kassa", CUSTOMER)
    with pytest.raises(Refused, match="staat niet bij de cruciale plaatsen"):
        await desk.crucial_places.remove(TESTRIT, "kassa", ENGINEER)
