"""A message that could not become text says so on its ticket, and a button has it tried again."""

from datetime import timedelta

from ari_app.desk.transcripts import Unheard
from ari_app.store.job_tables import Erased, ErasedRow
from ari_app.store.tables import VoicemailState
from ari_app.store.work_queue import Sound, SoundJob
from tests.web.test_pages import plain

AGAIN = "Opnieuw laten uitwerken"


async def failing(caller, again_in):
    number = await caller.leaves_message()
    job = SoundJob(Sound.MESSAGE, await caller.voicemail_of(number))
    await caller.desk.hearing.begin(job)
    await caller.desk.hearing.fail(job, "het spraakprogramma viel om", again_in)
    return number


async def test_a_parked_message_shows_why_and_the_button_has_it_tried_again(visitor, caller):
    number = await failing(caller, None)
    page = plain(await (await visitor.get(f"/tickets/{number}")).text())

    pressed = await visitor.post(f"/tickets/{number}/hear-again", headers={"Sec-Fetch-Site": "same-origin"})

    after = plain(await pressed.text())
    assert "kon na alle pogingen niet worden uitgewerkt" in page
    assert "het spraakprogramma viel om" in page
    assert AGAIN in page
    assert str(pressed.url).endswith(f"/tickets/{number}")
    assert "na alle pogingen" not in after
    assert "De tekst komt er zo aan." in after


async def test_a_message_that_is_tried_again_later_says_when(visitor, caller):
    number = await failing(caller, timedelta(minutes=5))

    page = plain(await (await visitor.get(f"/tickets/{number}")).text())

    assert "Volgende poging" in page
    assert AGAIN not in page


async def test_a_damaged_recording_can_be_heard_again_too(visitor, caller):
    number = await caller.leaves_message()
    job = SoundJob(Sound.MESSAGE, await caller.voicemail_of(number))
    await caller.desk.hearing.begin(job)
    await caller.desk.hearing.file(job, Unheard(VoicemailState.FAILED, "geen geldige WAV-kop"))

    await visitor.post(f"/tickets/{number}/hear-again", headers={"Sec-Fetch-Site": "same-origin"})

    assert await caller.desk.hear_again.unheard() == [SoundJob(Sound.MESSAGE, 1, 2)]


async def test_another_site_cannot_press_the_button(visitor, caller):
    number = await failing(caller, None)

    refused = await visitor.post(f"/tickets/{number}/hear-again", headers={"Sec-Fetch-Site": "cross-site"})

    assert refused.status == 403
    assert await caller.desk.hear_again.count_parked() == 1


async def test_older_texts_and_what_retention_took_stand_on_the_ticket(visitor, caller):
    number = await caller.leaves_message()
    await caller.was_heard(number, "de centrale is stuk", model="vosk-oud")
    (job,) = await caller.desk.hear_again.ask([1])
    await caller.was_heard_by(job, "de centrale is helemaal stuk", model="vosk-nieuw")
    async with caller.store.session() as session:
        session.add(ErasedRow(ticket_id=1, what=Erased.AUDIO, at=caller.clock.now()))

    page = plain(await (await visitor.get(f"/tickets/{number}")).text())

    assert "Eerdere tekst (1)" in page
    assert "vosk-oud" in page
    assert "De opname is verwijderd na de bewaartermijn." in page
