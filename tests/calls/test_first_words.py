"""Right after the welcome: a language, known outages and maintenance (R-105), and until when the desk is closed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ari_app.desk.actor import Actor
from ari_app.desk.announcements import Announcement
from ari_app.desk.refusal import Refused
from ari_app.store.tables import Role
from tests.calls.line import Line
from tests.calls.scenario import Caller
from tests.calls.test_ringing import with_settings

AT_NIGHT = Caller("0201234567", at="2026-11-21T21:00")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
OUTAGE = Announcement(1, "De centrale in Utrecht ligt eruit.", "", frozenset(), LONG_AGO, None, None, "fenna", "")


async def test_an_announcement_is_heard_right_after_the_welcome(line: Line) -> None:
    line.announcements = [OUTAGE]

    outcome = await line.call(AT_NIGHT)

    assert outcome.heard == ["welcome", "spoken-name", "closed-hours", "voicemail-instructions", "beep"]
    assert OUTAGE.text in [step.detail for step in outcome.report.steps]


async def test_an_announcement_for_other_customers_is_not_heard(fake_line: Line) -> None:
    fake_line.announcements = [replace(OUTAGE, customer_ids=frozenset({99}))]

    outcome = await fake_line.call(AT_NIGHT)

    assert "spoken-name" not in outcome.heard


async def test_an_announcement_that_is_over_is_not_heard(fake_line: Line) -> None:
    fake_line.announcements = [replace(OUTAGE, ends_at=datetime(2026, 11, 21, 20, 0, tzinfo=UTC))]

    outcome = await fake_line.call(AT_NIGHT)

    assert "spoken-name" not in outcome.heard


async def test_a_caller_joins_the_ticket_of_an_announcement_and_gets_no_ticket_of_their_own(line: Line) -> None:
    known = await line.call(AT_NIGHT)
    line.announcements = [replace(OUTAGE, ticket=known.ticket)]

    outcome = await line.call(Caller("0850004150", at=AT_NIGHT.at, presses={"announcement-join": "1"}))

    assert outcome.heard == ["welcome", "spoken-name", "announcement-join", "announcement-joined"]
    assert outcome.ticket == known.ticket
    assert outcome.report.recording is None


async def test_who_does_not_join_goes_on_as_always(fake_line: Line) -> None:
    fake_line.announcements = [replace(OUTAGE, ticket="T-1001")]

    outcome = await fake_line.call(AT_NIGHT)

    assert outcome.heard[:4] == ["welcome", "spoken-name", "announcement-join", "closed-hours"]
    assert outcome.report.joins is None
    assert outcome.has_recorded(AT_NIGHT.message)


async def test_a_caller_chooses_the_other_language_and_hears_it_from_there_on(fake_line: Line) -> None:
    await ask_for_language(fake_line)

    outcome = await fake_line.call(replace(AT_NIGHT, presses={"language-choice": "2"}))

    assert outcome.heard == ["welcome", "language-choice", "closed-hours", "voicemail-instructions", "beep"]
    assert outcome.report.language == "en"
    assert spoken_in(fake_line, "closed-hours") == ["en"]


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("", (OUTAGE.text, "nl")),  # by the Dutch voice: an English one can't be understood
        ("The exchange in Utrecht is down.", ("The exchange in Utrecht is down.", "en")),
    ],
)
async def test_who_chose_english_hears_an_announcement_by_the_voice_of_its_language(
    fake_line: Line, english: str, said: tuple[str, str]
) -> None:
    await ask_for_language(fake_line)
    fake_line.announcements = [replace(OUTAGE, text_en=english)]

    await fake_line.call(replace(AT_NIGHT, presses={"language-choice": "2"}))

    assert fake_line.said == [said]


async def test_two_announcements_at_a_time_are_both_heard_the_oldest_first(fake_line: Line) -> None:
    fake_line.announcements = [OUTAGE, replace(OUTAGE, id=2, text="Ook in Zwolle.")]

    outcome = await fake_line.call(AT_NIGHT)

    assert [text for text, _ in fake_line.said] == [OUTAGE.text, "Ook in Zwolle."]
    assert outcome.heard[:3] == ["welcome", "spoken-name", "spoken-name"]


async def test_without_a_key_the_line_goes_on_in_its_own_language(fake_line: Line) -> None:
    await ask_for_language(fake_line)

    outcome = await fake_line.call(AT_NIGHT)

    assert outcome.report.language == ""
    assert spoken_in(fake_line, "closed-hours") == [""]


async def test_on_a_holiday_the_caller_hears_until_when_the_desk_is_closed(fake_line: Line) -> None:
    await fake_line.kill()
    fake_line.holidays = (date(2026, 11, 23),)
    await fake_line.start()

    outcome = await fake_line.call(Caller("0201234567", at="2026-11-23T10:00"))

    assert outcome.heard == ["welcome", "spoken-name", "voicemail-instructions", "beep"]
    assert "Wij zijn vandaag gesloten. U kunt ons weer bellen op dinsdag 24 november vanaf 8 uur 30." in [
        step.detail for step in outcome.report.steps
    ]


async def ask_for_language(line: Line) -> None:
    """The sounds of both languages are the same files here; which one was asked for stands in the request."""
    await line.kill()
    line.settings = line.settings.model_copy(update={"language_choice": True})
    line.media = lambda prompt, language="": f"sound:{line.world.sounds}/in-{language}/{prompt}"
    await line.start()


def spoken_in(line: Line, prompt: str) -> list[str]:
    media = [medium for _, path, _, body in line.requests if "/play/" in path for medium in body["media"]]
    return [medium.split("/in-")[1].split("/")[0] for medium in media if medium.endswith(f"/{prompt}")]


async def test_the_language_that_a_contact_chose_is_heard_at_the_next_call_and_can_be_changed(
    fake_line_with_desk: Line,
) -> None:
    line = fake_line_with_desk
    await with_settings(line, language_choice=True)

    chose = await line.call(replace(AT_NIGHT, presses={"language-choice": "2"}))
    next_time = await line.call(AT_NIGHT)
    of_the_same_customer = await line.call(replace(AT_NIGHT, number="0850004120"))
    back = await line.call(replace(AT_NIGHT, presses={"language-choice": "2"}))
    at_last = await line.call(AT_NIGHT)

    heard = [one.report.language for one in (chose, next_time, of_the_same_customer, back, at_last)]
    assert heard == ["en", "en", "", "nl", ""]
    assert "Dit contact koos eerder voor de taal en." in next_time.report.why


async def test_somebody_of_us_can_set_the_language_of_a_contact(fake_line_with_desk: Line) -> None:
    line = fake_line_with_desk
    await with_settings(line, language_choice=True)
    directory = line.desk.desk.directory
    await directory.set_language(1, "020 123 4567", "en", Actor("sanne", Role.SUPERVISOR))

    assert (await line.call(AT_NIGHT)).report.language == "en"
    with pytest.raises(Refused, match="De lijn spreekt nl en en"):
        await directory.set_language(1, "020 123 4567", "fr", Actor("sanne", Role.SUPERVISOR))
