"""Days and spoken texts in the pages: the coming year, holidays to approve, studio takes that are checked."""

import io
import json
import re

import numpy
import pytest
import soundfile
from aiohttp import FormData

from ari_app.desk import prompt_takes
from ari_app.desk.audit import Asked
from ari_app.flows.surroundings import surroundings
from ari_app.speech.synth import SpeechFailed

OWN = {"Sec-Fetch-Site": "same-origin"}


async def press(visitor, path: str, form) -> tuple[int, str]:
    answer = await visitor.post(path, data=form, headers=OWN)
    return answer.status, await answer.text()


def sound(
    *,
    rate: int = 8000,
    channels: int = 1,
    loud: float = 0.3,
    seconds: float = 1.0,
    subtype: str = "PCM_16",
    form: str = "WAV",
) -> bytes:
    """A tone of 440 Hz."""
    file = io.BytesIO()
    samples = numpy.sin(numpy.arange(int(seconds * rate)) * 2 * numpy.pi * 440 / rate) * loud
    soundfile.write(file, numpy.stack([samples] * channels, axis=1), rate, subtype=subtype, format=form)
    return file.getvalue()


def plain(page: str) -> str:
    return re.sub(r"<[^>]+>", "", page)


def take(body: bytes | io.BytesIO, prompt: str = "nl/welcome") -> FormData:
    form = FormData()
    form.add_field("prompt", prompt)
    form.add_field("take", body, filename="Opname (1) é #3.wav", content_type="audio/wav")
    return form


async def test_a_holiday_that_is_approved_closes_the_desk_on_the_page(visitor):
    _, page = await press(visitor, "/days/approve", {"day": "2026-12-25"})

    assert "goedgekeurd door ilse" in page
    assert "vr 25 dec 2026" in page.split("Feestdagen")[0]
    assert "De balie is gesloten" in page


async def test_what_was_approved_is_taken_back(visitor):
    await press(visitor, "/days/approve", {"own_day": "2026-12-24", "name": "Kerstavond"})

    _, page = await press(visitor, "/days/revoke", {"day": "2026-12-24"})

    assert "Elke week is gelijk" in page


@pytest.mark.parametrize(
    ("windows", "shown"),
    [("8:30 to 12:00 and 13:00-15:00", "08:30–12:00, 13:00–15:00"), ("closed", "closed")],
)
async def test_hours_are_read_as_they_are_written_in_english_too(visitor, windows, shown):
    await visitor.post("/account/language", data={"language": "en"}, headers=OWN)
    form = {"day": "2026-12-24", "of": "phone", "windows": windows, "reason": "Christmas Eve"}
    status, page = await press(visitor, "/days/override", form)

    assert (status, shown in page) == (200, True)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("8.30 tot 12 en 13-24:00", "08:30–12:00, 13:00–24:00"),
        ("8u30-12u00", "08:30–12:00"),
        ("13:00-15:00, 08:30-12:00", "08:30–12:00, 13:00–15:00"),
    ],
)
async def test_hours_are_read_as_people_write_them(visitor, written, shown):
    form = {"day": "2026-12-24", "of": "phone", "windows": written, "reason": "Kerstavond"}
    status, page = await press(visitor, "/days/override", form)

    assert (status, shown in page, "Vastgelegd: do 24 dec 2026" in page) == (200, True, True)


async def test_what_was_typed_stays_when_it_is_refused(visitor):
    form = {"day": "2026-12-24", "of": "service", "windows": "de hele dag", "reason": "Kerstavond"}
    _, page = await press(visitor, "/days/override", form)

    for typed in ('value="2026-12-24"', 'value="service" selected', 'value="de hele dag"', 'value="Kerstavond"'):
        assert typed in page


async def test_what_closing_the_service_hours_does_to_open_tickets_is_seen_before(visitor, caller, desk):
    number = await caller.leaves_message()
    before = await desk.ticket(number)
    form = {"day": "2026-11-11", "of": "service", "windows": "dicht", "reason": "Verhuizing"}

    _, nothing = await press(visitor, "/days/try", form | {"day": "2027-03-01"})
    _, phone = await press(visitor, "/days/try", form | {"of": "phone"})
    status, tried = await press(visitor, "/days/try", form)

    assert (status, await desk.ticket(number) == before) == (200, True)
    assert "Geen open ticket heeft een termijn op of na deze dag" in nothing
    assert "De klokken van tickets veranderen niet" in phone
    assert "nu 08:30–17:30" in " ".join(plain(tried).split())
    assert "Elke week is gelijk" in tried
    assert '<input type="hidden" name="reason" value="Verhuizing">' in tried
    assert number not in nothing


async def test_desk_hours_in_which_no_clock_runs_are_named_before(visitor):
    form = {"day": "2026-12-24", "of": "phone", "windows": "06:00-20:00", "reason": "x"}

    assert "terwijl geen klok loopt" in (await press(visitor, "/days/try", form))[1]
    assert "terwijl geen klok loopt" not in (await press(visitor, "/days/try", form | {"windows": "09:00-12:00"}))[1]


async def test_a_day_gets_phone_hours_of_its_own(visitor):
    form = {"day": "2026-12-24", "of": "phone", "windows": "8:30-12:00 en 13:00-15:00", "reason": "Kerstavond"}
    _, page = await press(visitor, "/days/override", form)

    assert "08:30–12:00, 13:00–15:00" in page
    assert "Eigen telefoontijden: Kerstavond" in page


@pytest.mark.parametrize(
    ("path", "form", "why"),
    [
        ("approve", {}, "Kan nadat een datum is aangevinkt"),
        ("approve", {"own_day": "2026-11-10", "name": "Vandaag"}, "nog moet beginnen"),
        ("approve", {"own_day": "2026-12-24", "name": ""}, "een naam heeft"),
        ("revoke", {"day": "2026-12-24"}, "niets goedgekeurd"),
        ("override", {"day": "2026-12-24", "windows": "de hele dag", "reason": "x"}, "08:30-12:00"),
        (
            "override",
            {"day": "2026-12-24", "windows": "23:00-02:00", "reason": "x"},
            "23:00-02:00 eindigt voor het begint",
        ),
        ("override", {"day": "2026-12-24", "windows": "08:30-08:30", "reason": "x"}, "eindigt voor het begint"),
        ("override", {"day": "2026-12-24", "windows": "08:30-25:00", "reason": "x"}, "een dag eindigt om 24:00"),
        ("override", {"day": "2026-12-24", "windows": "08:30-12:75", "reason": "x"}, "08:30-12:00"),
        (
            "override",
            {"day": "2026-12-24", "windows": "08:30-12:00 11:00-15:00", "reason": "x"},
            "08:30-12:00 en 11:00-15:00 overlappen elkaar",
        ),
        ("try", {"day": "2026-11-10", "of": "service", "windows": "dicht"}, "nog moet beginnen"),
        ("try", {"day": "2026-11-01", "of": "phone", "windows": "dicht"}, "is voorbij"),
        ("override", {"day": "2026-12-24", "windows": "", "reason": ""}, "een reden is opgegeven"),
        ("override", {"day": "morgen", "windows": "", "reason": "x"}, "de datum is ingevuld"),
    ],
)
async def test_what_can_not_be_says_why(visitor, path, form, why):
    status, page = await press(visitor, f"/days/{path}", form)

    assert (status, why in page) == (409, True)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"no sound at all", "Dit is geen geluidsbestand"),
        (b"", "Het bestand is leeg"),
        (b"ID3" + bytes(400), "Dit is geen geluidsbestand"),
        (sound(form="AIFF"), "Een AIFF-bestand kan niet"),
        (sound(channels=3), "3 kanalen"),
        (sound(loud=0.001), "te zacht"),
        (sound(loud=0.0), "te zacht"),
        (sound(loud=1.0), "te hard"),
        (sound(seconds=0.1), "duurt 0,1 seconden"),
        (sound(seconds=61), "duurt langer dan 60 seconden"),
    ],
)
async def test_a_take_that_callers_could_not_hear_well_is_refused(visitor, line, body, why):
    status, page = await press(visitor, "/prompts", take(body))

    assert (status, why in page) == (409, True)
    assert "<option selected>nl/welcome</option>" in page
    assert not (line.sounds / "studio").exists()


async def test_a_file_beyond_all_bounds_is_told_on_the_page_of_the_texts(visitor):
    status, page = await press(visitor, "/prompts", take(io.BytesIO(bytes(21 * 1024 * 1024))))

    assert (status, "groter dan 20 MB" in page, "Alle teksten" in page) == (413, True, True)


async def test_a_take_for_a_text_that_is_not_there_is_refused(visitor):
    for prompt in ("nl/nothing", "nl/../../x", "xx/welcome", ""):
        status, page = await press(visitor, "/prompts", take(sound(), prompt))
        assert (status, "Er is geen gesproken tekst" in page) == (409, True)


async def test_only_a_supervisor_replaces_a_text(visitor, accounts):
    await accounts.set_role("ilse", "engineer")

    assert (await press(visitor, "/prompts", take(sound())))[0] == 403
    assert (await visitor.get("/prompts")).status == 200
    assert (await visitor.get("/prompts/nl/welcome.wav")).status == 404  # none is spoken in this home


@pytest.mark.speech
async def test_a_take_is_heard_in_place_of_the_spoken_text_until_it_is_removed(visitor, line):
    body = sound(seconds=2)
    _, kept = await press(visitor, "/prompts", take(body))
    heard = await (await visitor.get("/prompts/nl/welcome.wav")).read()

    _, removed = await press(visitor, "/prompts/remove", {"prompt": "nl/welcome"})
    after = await (await visitor.get("/prompts/nl/welcome.wav")).read()

    assert "nl/welcome, 2,00 s" in kept
    assert '<span class="pill">studio</span> <span class="q2 small">ilse, ' in kept
    assert heard == body
    assert after != body
    assert "studio</span>" not in removed
    assert not list((line.sounds / "studio").rglob("*.*"))


@pytest.mark.speech
@pytest.mark.parametrize(
    "given",
    [
        {"rate": 44100, "channels": 2},
        {"rate": 48000, "subtype": "PCM_24"},
        {"rate": 16000},
        {"subtype": "FLOAT"},
        {"rate": 44100, "form": "OGG", "subtype": "VORBIS"},
        {"rate": 44100, "form": "MP3", "subtype": "MPEG_LAYER_III"},
        {"rate": 48000, "form": "FLAC"},
    ],
    ids=str,
)
async def test_a_take_from_the_studio_becomes_what_asterisk_plays(visitor, line, desk, given):
    status, page = await press(visitor, "/prompts", take(sound(seconds=2, **given)))

    asked_of_asterisk = surroundings(line, desk).media("welcome", "nl").removeprefix("sound:")
    played = soundfile.info(f"{asked_of_asterisk}.wav")
    samples, _ = soundfile.read(f"{asked_of_asterisk}.wav")
    assert (status, "Omgezet uit" in page) == (200, True)
    assert (played.format, played.samplerate, played.channels, played.subtype) == ("WAV", 8000, 1, "PCM_16")
    assert played.duration == pytest.approx(2, abs=0.1)
    assert numpy.abs(samples).max() == pytest.approx(0.3, abs=0.05)


@pytest.mark.speech
async def test_who_replaced_and_took_back_a_text_stands_in_the_audit_trail(visitor, desk):
    await press(visitor, "/prompts", take(sound()))
    await press(visitor, "/prompts/remove", {"prompt": "nl/welcome"})

    entries = await desk.audit.entries(Asked(who="ilse"), 2)
    assert [(one.what, one.detail[:10]) for one in entries] == [
        ("prompt-take-remove", "nl/welcome"),
        ("prompt-take", "nl/welcome"),
    ]


@pytest.mark.speech
async def test_a_take_of_a_text_that_was_changed_since_is_named(visitor, line):
    await press(visitor, "/prompts", take(sound()))
    about = line.sounds / "studio" / "nl" / "welcome.json"
    about.write_text(json.dumps({**json.loads(about.read_text()), "text": "Goedendag, met de oude lijn."}))

    page = await (await visitor.get("/prompts")).text()

    assert "De tekst is veranderd nadat de opname is gemaakt" in page
    assert "Goedendag, met de oude lijn." in page


@pytest.mark.speech
async def test_a_take_stays_as_it_was_when_the_texts_can_not_be_made(visitor, line, monkeypatch):
    await press(visitor, "/prompts", take(sound(seconds=1)))
    before = (line.sounds / "studio" / "nl" / "welcome.wav").read_bytes()

    def fails(*_given):
        raise SpeechFailed("espeak-ng is not there")

    monkeypatch.setattr(prompt_takes, "build", fails)
    status, page = await press(visitor, "/prompts", take(sound(seconds=2)))

    assert (status, "De teksten konden niet worden gemaakt" in page) == (409, True)
    assert (line.sounds / "studio" / "nl" / "welcome.wav").read_bytes() == before
