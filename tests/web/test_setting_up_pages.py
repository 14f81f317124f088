"""Days and spoken texts in the pages: the coming year, holidays to approve, studio takes that are checked."""

import io

import numpy
import pytest
import soundfile
from aiohttp import FormData

OWN = {"Sec-Fetch-Site": "same-origin"}


async def press(visitor, path: str, form) -> tuple[int, str]:
    answer = await visitor.post(path, data=form, headers=OWN)
    return answer.status, await answer.text()


def wav(*, rate: int = 8000, loud: float = 0.3, seconds: float = 1.0, subtype: str = "PCM_16") -> bytes:
    """A tone."""
    file = io.BytesIO()
    samples = numpy.sin(numpy.arange(int(seconds * rate)) / 4) * loud
    soundfile.write(file, samples, rate, subtype=subtype, format="WAV")
    return file.getvalue()


def take(body: bytes, prompt: str = "nl/welcome") -> FormData:
    form = FormData()
    form.add_field("prompt", prompt)
    form.add_field("take", body, filename="take.wav", content_type="audio/wav")
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
        ("override", {"day": "2026-12-24", "windows": "12:00-08:00", "reason": "x"}, "Kan niet met deze tijden"),
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
        (wav(rate=44100), "44100 Hz"),
        (wav(subtype="FLOAT"), "FLOAT"),
        (wav(loud=0.001), "te zacht"),
        (wav(loud=1.0), "te hard"),
        (wav(seconds=0.1), "duurt 0.1 seconden"),
        (wav(seconds=61), "duurt 61.0 seconden"),
    ],
)
async def test_a_take_that_callers_could_not_hear_well_is_refused(visitor, line, body, why):
    status, page = await press(visitor, "/prompts", take(body))

    assert (status, why in page) == (409, True)
    assert not (line.sounds / "studio").exists()


async def test_a_take_for_a_text_that_is_not_there_is_refused(visitor):
    for prompt in ("nl/nothing", "nl/../../x", "xx/welcome", ""):
        status, page = await press(visitor, "/prompts", take(wav(), prompt))
        assert (status, "Er is geen gesproken tekst" in page) == (409, True)


async def test_only_a_supervisor_replaces_a_text(visitor, accounts):
    await accounts.set_role("ilse", "engineer")

    assert (await press(visitor, "/prompts", take(wav())))[0] == 403
    assert (await visitor.get("/prompts")).status == 200
    assert (await visitor.get("/prompts/nl/welcome.wav")).status == 404  # none is spoken in this home


@pytest.mark.speech
async def test_a_take_is_heard_in_place_of_the_spoken_text_until_it_is_removed(visitor, line):
    body = wav(seconds=2)
    _, kept = await press(visitor, "/prompts", take(body))
    heard = await (await visitor.get("/prompts/nl/welcome.wav")).read()

    _, removed = await press(visitor, "/prompts/remove", {"prompt": "nl/welcome"})
    after = await (await visitor.get("/prompts/nl/welcome.wav")).read()

    assert "nl/welcome: 2,0 s" in kept
    assert '<span class="pill">studio</span>' in kept
    assert heard == body
    assert after != body
    assert "studio</span>" not in removed
