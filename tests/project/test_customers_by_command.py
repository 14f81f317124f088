"""`meldlijn maintenance`, `customer services|contacts|equipment`, `prompts take`: what the pages do, at a terminal."""

import json
from pathlib import Path

import numpy
import pytest
import soundfile

from ari_app.config import Settings
from tests.project.conftest import Meldlijn

BY = ("--by", "fenna")
PLAN = (
    "maintenance", "plan", "--contact", "Bram Bedacht", "--from", "2099-11-14T22:00", "--until", "2099-11-15T00:00",
    "--minutes", "45", "--service", "Hosted telefonie", "--reason", "nieuwe software",
)  # fmt: skip


@pytest.fixture
def meldlijn(meldlijn: Meldlijn) -> Meldlijn:
    """With one customer."""
    assert meldlijn("customer", "add", "Garage Nepstra", *BY).exit_code == 0
    return meldlijn


def listed(meldlijn: Meldlijn, *words: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(meldlijn(*words, "--json").stdout)
    return found


def test_services_are_added_with_supplier_and_place_and_removed(meldlijn: Meldlijn) -> None:
    added = meldlijn("customer", "services", "add", "Garage Nepstra", "Internet", *BY, "--supplier", "Lijnbedrijf",
                     "--place", "customer")  # fmt: skip
    (service,) = listed(meldlijn, "customer", "services", "list", "Garage Nepstra")
    removed = meldlijn("customer", "services", "remove", "Garage Nepstra", str(service["id"]), *BY)

    assert (added.exit_code, removed.exit_code) == (0, 0)
    assert (service["name"], service["supplier"], service["place"]) == ("Internet", "Lijnbedrijf", "customer")
    assert listed(meldlijn, "customer", "services", "list", "Garage Nepstra") == []


def test_contacts_are_added_with_an_address_and_removed(meldlijn: Meldlijn) -> None:
    meldlijn(
        "customer", "contacts", "add", "Garage Nepstra", "Werkplaats", *BY, "--mail", "w@nepstra.example", "--notices"
    )
    said = meldlijn("customer", "contacts", "list", "Garage Nepstra").stdout
    removed = meldlijn("customer", "contacts", "remove", "Garage Nepstra", "1", *BY)

    assert said.split() == ["1", "Werkplaats", "w@nepstra.example", "(notices)"]
    assert (removed.exit_code, listed(meldlijn, "customer", "contacts", "list", "Garage Nepstra")) == (0, [])


def test_a_contact_gets_another_name_address_and_number_and_keeps_what_is_not_given(meldlijn: Meldlijn) -> None:
    """R-141"""
    meldlijn("customer", "number", "Garage Nepstra", "0201234599", "--contact", "Jan Verzonnen", *BY)
    meldlijn("customer", "contacts", "add", "Garage Nepstra", "Jan Verzonnen", *BY, "--mail", "jan@nepstra.example")

    named = meldlijn("customer", "contacts", "change", "Garage Nepstra", "Jan Verzonnen", "--name", "Jan Bedacht", *BY)
    moved = meldlijn("customer", "contacts", "change", "Garage Nepstra", "Jan Bedacht", "--notices",
                     "--number", "020 123 4598", *BY)  # fmt: skip
    nobody = meldlijn("customer", "contacts", "change", "Garage Nepstra", "Jan Verzonnen", "--mail", "", *BY)

    (jan,) = listed(meldlijn, "customer", "contacts", "list", "Garage Nepstra")
    assert (named.exit_code, moved.exit_code, nobody.exit_code) == (0, 0, 1)
    assert (jan["name"], jan["numbers"], jan["mail"]) == ("Jan Bedacht", ["+31201234598"], "jan@nepstra.example")
    assert jan["gets_notices"] is True
    assert "is geen contactpersoon van deze klant" in nobody.stderr


def test_equipment_is_listed_with_what_a_report_about_it_falls_under(meldlijn: Meldlijn) -> None:
    meldlijn("customer", "equipment", "add", "Garage Nepstra", "Printer", *BY, "--not-ours", "--elsewhere")
    said = meldlijn("customer", "equipment", "list", "Garage Nepstra").stdout
    removed = meldlijn("customer", "equipment", "remove", "Garage Nepstra", "1", *BY)

    assert "Printer: not_supported" in said
    assert "R-108" in said
    assert removed.exit_code == 0


def test_maintenance_is_planned_told_and_cancelled(meldlijn: Meldlijn) -> None:
    number = meldlijn(*PLAN, "--customer", "Garage Nepstra", *BY).stdout.strip()
    planned = meldlijn("maintenance", "list").stdout
    told = meldlijn("maintenance", "told", number, "--how", "by phone", *BY)
    known = meldlijn("maintenance", "list").stdout
    cancelled = meldlijn("maintenance", "cancel", number, "--why", "rain", *BY)
    (over,) = listed(meldlijn, "maintenance", "list")

    assert "Garage Nepstra  not told to everybody yet" in planned
    assert "without an address: Garage Nepstra" in planned
    assert "told by fenna" in known
    assert (told.exit_code, cancelled.exit_code) == (0, 0)
    assert (over["cancelled_by"], over["why_cancelled"]) == ("fenna", "rain")


def test_maintenance_that_can_not_be_mailed_says_what_to_do(meldlijn: Meldlijn) -> None:
    number = meldlijn(*PLAN, *BY).stdout.strip()

    said = meldlijn("maintenance", "mail", number, *BY)

    assert (said.exit_code, "notify.mail.host" in said.stderr) == (1, True)


def test_a_mail_is_written_once_for_each_contact(meldlijn: Meldlijn) -> None:
    with (meldlijn.home / "meldlijn.toml").open("a") as file:
        file.write('\n[notify.mail]\nhost = "127.0.0.1"\nsecurity = "none"\n')
    meldlijn(
        "customer", "contacts", "add", "Garage Nepstra", "Werkplaats", *BY, "--mail", "w@nepstra.example", "--notices"
    )
    number = meldlijn(*PLAN, *BY).stdout.strip()

    said = [meldlijn("maintenance", "mail", number, *BY).stderr for _ in range(2)]

    assert [text.split()[0] for text in said] == ["1", "0"]
    assert "mail to Werkplaats (Garage Nepstra): waiting" in meldlijn("maintenance", "list").stdout


def test_maintenance_that_lasts_longer_than_its_time_is_refused(meldlijn: Meldlijn) -> None:
    said = meldlijn(*_with(PLAN, "--minutes", "200"), *BY)

    assert (said.exit_code, "1 tot 120 minuten" in said.stderr) == (1, True)


@pytest.mark.speech
def test_a_studio_take_is_checked_and_kept(meldlijn: Meldlijn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # the home has a voice that says nothing
    take, soft = tmp_path / "take.wav", tmp_path / "soft.wav"
    tone = numpy.sin(numpy.arange(8000) / 9.0)
    soundfile.write(take, (tone * 9000).astype("int16"), 8000)
    soundfile.write(soft, (tone * 90).astype("int16"), 8000)

    refused = meldlijn("prompts", "take", "nl/welcome", str(soft), *BY)
    kept = meldlijn("prompts", "take", "nl/welcome", str(take), *BY)

    assert (refused.exit_code, "te zacht" in refused.stderr) == (1, True)
    assert (kept.exit_code, "1,0 s" in kept.stderr) == (0, True)
    sounds = Settings(home=meldlijn.home).sounds
    assert (sounds / "nl" / "welcome.wav").read_bytes() == take.read_bytes()


def test_a_take_that_is_not_there_can_not_be_removed(meldlijn: Meldlijn) -> None:
    said = meldlijn("prompts", "remove-take", "nl/welcome", *BY)

    assert (said.exit_code, "heeft geen studio-opname" in said.stderr) == (1, True)


def _with(words: tuple[str, ...], option: str, value: str) -> list[str]:
    """The same words with another value behind that option."""
    place = words.index(option)
    return [*words[: place + 1], value, *words[place + 2 :]]
