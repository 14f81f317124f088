"""What a message tells beside its category reaches the ticket, and what people decide can be learned from."""

from collections.abc import Callable
from dataclasses import replace

from sqlmodel import select

from ari_app.desk import Desk
from ari_app.desk.clarifying import clarifying_question
from ari_app.desk.confirmed import confirmed_messages
from ari_app.desk.report import CallReport
from ari_app.desk.transcripts import Heard
from ari_app.store.database import Store
from ari_app.store.tables import TicketRow, VoicemailRow
from ari_app.store.work_queue import Sound, SoundJob
from sla.terms import Category, Kind
from transcription.assessment import assess
from transcription.reading import ears
from transcription.transcript import Transcript, Word

Report = Callable[..., CallReport]
DEAD = "met fenna van bakkerij de testbol het hele bedrijf ligt plat en niemand kan bellen"
NUMBER = "bel nul zes twaalf vierendertig zesenvijftig achtenzeventig"


def heard(text: str) -> Heard:
    words = tuple(Word(word, i * 0.4, i * 0.4 + 0.3, 0.95) for i, word in enumerate(text.split()))
    transcript = Transcript(words, 12.5, "vosk-tiny-nl", "nl")
    return Heard(transcript, assess(transcript, ears("nl")), (0.1, 0.9))


async def test_the_number_to_call_back_stands_beside_the_transcript(desk: Desk, store: Store, report: Report) -> None:
    await desk.close_call(report())

    await desk.hearing.file(SoundJob(Sound.MESSAGE, 1), heard(f"{DEAD} {NUMBER}"))

    async with store.reading() as session:
        voicemail = (await session.exec(select(VoicemailRow))).one()
    assert voicemail.told is not None
    assert voicemail.told["callback"]["value"] == "0612345678"
    assert voicemail.told["company"]["text"] == "bakkerij de testbol"
    assert voicemail.told["missing"] == []


async def test_a_message_without_a_number_asks_for_it(desk: Desk, report: Report) -> None:
    """R-048, R-049: what is unclear is asked, with a text that is ready."""
    number = await desk.close_call(report())
    message = heard(DEAD)

    await desk.hearing.file(SoundJob(Sound.MESSAGE, 1), message)

    ticket = await desk.ticket(number)
    question = clarifying_question(message.assessment)
    assert ticket is not None
    assert question == "Op welk nummer of e-mailadres kunnen wij u bereiken?"
    assert question in ticket.why_proposed


async def test_only_what_a_person_decided_is_learned_from(desk: Desk, store: Store, report: Report) -> None:
    for call in ("one", "two", "three"):
        await desk.close_call(report(call_id=call, recording=f"call/{call}.wav"))
    for number in (1, 2, 3):
        await desk.hearing.file(SoundJob(Sound.MESSAGE, number), heard(DEAD))
    async with store.session() as session:
        first, second = await session.get_one(TicketRow, 1), await session.get_one(TicketRow, 2)
        first.category, first.needs_review = Category.II, False
        second.kind, second.needs_review = Kind.SERVICE_REQUEST, False
        session.add_all([first, second])

    async with store.reading() as session:
        confirmed = await confirmed_messages(session)

    assert [(one.number, one.truth["category"]) for one in confirmed] == [
        ("T-1001", "cat2"),
        ("T-1002", "service_request"),
    ]
    assert {one.text for one in confirmed} == {DEAD}
    assert {one.model for one in confirmed} == {"vosk-tiny-nl"}


async def test_a_proposal_without_phrases_is_explained_by_learned_words(desk: Desk, report: Report) -> None:
    number = await desk.close_call(report())
    message = heard(DEAD)
    learned = tuple(one for one in message.assessment.because if one.voice == "learned")

    bare = replace(message, assessment=replace(message.assessment, because=learned))
    await desk.hearing.file(SoundJob(Sound.MESSAGE, 1), bare)

    ticket = await desk.ticket(number)
    assert ticket is not None
    assert any(f"‘{one.text}’" in ticket.why_proposed for one in learned)
