"""Announcements and maintenance in the pages: what callers hear, and the five items of a notice (R-106)."""

import io
import re
from datetime import timedelta

import pytest
import soundfile

OWN = {"Sec-Fetch-Site": "same-origin"}
FORM = {
    "contact": "Bram Bedacht, 085 000 40 00",
    "from": "2026-11-14T22:00",
    "until": "2026-11-15T00:00",
    "minutes": "45",
    "services": "Hosted telefonie\nVoicemail",
    "reason": "nieuwe software",
}


async def press(visitor, path: str, form) -> tuple[int, str]:
    answer = await visitor.post(path, data=form, headers=OWN)
    return answer.status, await answer.text()


async def test_an_announcement_is_heard_until_somebody_ends_it(visitor, desk, clock):
    form = {"text": "Er is een storing in Utrecht.", "customer": "2"}
    _, page = await press(visitor, "/announcements", form)
    await desk.announcements.read()
    heard = [len(desk.announcements.heard_by(customer, clock.now())) for customer in (1, 2)]
    (path,) = re.findall(r'action="(/announcements/\d+/end)"', page)

    _, after = await press(visitor, path, {})
    await desk.announcements.read()

    assert "nu te horen" in page
    assert "voor Garage Nepstra" in page
    assert heard == [0, 1]
    assert desk.announcements.heard_by(2, clock.now()) == ()
    assert "gestopt door ilse" in after


@pytest.mark.parametrize("until", ["2026-11-09T08:00", "2026-11-10T10:41"])
async def test_what_was_typed_stays_when_an_announcement_is_refused(visitor, until):
    form = {"text": "Storing in Utrecht.", "from": "2026-11-08T08:00", "until": until}
    status, page = await press(visitor, "/announcements", form)

    assert (status, "ligt niet na het begin en na nu" in page) == (409, True)
    for field in ('name="from" value="2026-11-08T08:00"', f'name="until" value="{until}"', "Storing in Utrecht."):
        assert page.count(field) == 1


async def test_an_announcement_ends_by_itself(visitor, desk, clock):
    await press(visitor, "/announcements", {"text": "Storing.", "until": "2026-11-10T12:00"})
    await desk.announcements.read()

    before = desk.announcements.heard_by(None, clock.now())
    clock.move(timedelta(hours=2))

    assert (len(before), desk.announcements.heard_by(None, clock.now())) == (1, ())
    assert "<b>voorbij</b>" in await (await visitor.get("/announcements")).text()


@pytest.mark.speech
@pytest.mark.parametrize(("language", "field"), [("nl", "text"), ("en", "text_en")])
async def test_a_text_is_listened_to_before_callers_hear_it(visitor, desk, language, field):
    answer = await visitor.post(
        "/announcements/listen", data={field: "Storing in Utrecht.", "in": language}, headers=OWN
    )
    sound = soundfile.info(io.BytesIO(await answer.read()))

    assert (answer.status, answer.content_type) == (200, "audio/wav")
    assert (sound.samplerate, sound.channels) == (8000, 1)
    assert sound.duration > 0.5
    assert await desk.announcements.all(5) == ()


async def test_there_is_nothing_to_listen_to_without_a_text(visitor):
    for text in ("", "x" * 601):
        status, page = await press(visitor, "/announcements/listen", {"text": text, "in": "nl"})
        assert (status, "hoogstens 600 tekens" in page) == (409, True)


async def test_maintenance_is_planned_told_and_cancelled(visitor):
    _, planned = await press(visitor, "/maintenance", FORM)
    (told,) = re.findall(r'action="(/maintenance/\d+/told)"', planned)
    _, known = await press(visitor, told, {"how": "per mail"})
    _, cancelled = await press(visitor, told.replace("told", "cancel"), {"why": "regen"})

    assert "Nog niet verteld: dat moet vóór het begin (R-104)." in planned
    assert "Op zaterdag 14 november van 22:00 tot zondag 15 november 00:00" in planned
    assert "Verteld door ilse, 10:42: per mail." in known
    assert "Afgezegd door ilse: regen." in cancelled


@pytest.mark.parametrize("missing", FORM)
async def test_none_of_the_five_items_may_be_missing_and_nothing_typed_is_lost(visitor, missing):
    status, page = await press(visitor, "/maintenance", FORM | {missing: ""})

    assert (status, "Kan nadat" in page) == (409, True)
    assert "Niets gepland" in page
    if missing != "reason":
        assert 'value="nieuwe software"' in page


async def test_a_text_that_is_too_long_or_a_ticket_that_is_not_there_is_refused(visitor):
    for form, why in (({"text": "x" * 601}, "heeft 601 tekens"), ({"text": "x", "ticket": "T-9"}, "bestaat niet")):
        status, page = await press(visitor, "/announcements", form)
        assert (status, why in page) == (409, True)
