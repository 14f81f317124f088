"""The page of settings: what the running line obeys, where each value comes from, and what nobody gave yet; no secret."""

import html
import re

import pytest
from aiohttp.test_utils import TestClient, TestServer

from ari_app.config import Settings, read_settings
from ari_app.desk import Desk
from ari_app.desk.settings_shown import read_shown
from ari_app.web.app import make_app
from ari_app.web.guard import SESSION_COOKIE
from ari_app.web.settings_words import PARTS, READINGS
from sla.settings import SETTING_NAMES

TOML = """
holidays = ["2026-12-25"]
[agreement_settings]
level_0_hourly_rate = "110.00"
[line]
ring_rounds = 3
[notify.mail]
host = "mail.lijn.example"
[notify.webhooks.ticketsysteem]
url = "https://tickets.example/hook/geheim-in-het-pad"
secret_files = ["/run/secrets/hook"]
"""


@pytest.fixture
def given(tmp_path, monkeypatch) -> Settings:
    """As a line reads them: a file, the environment, and a file with the address of the database."""
    (tmp_path / "meldlijn.toml").write_text(TOML)
    (tmp_path / "database").write_text("postgresql+psycopg://lijn:zeer-geheim@db.example/lijn\n")
    monkeypatch.setenv("MELDLIJN_LINE__RING_FOR_SECONDS", "25")
    monkeypatch.setenv("MELDLIJN_DATABASE_FILE", str(tmp_path / "database"))
    monkeypatch.setenv("MELDLIJN_ASTERISK", "/usr/sbin/asterisk")
    return read_settings(tmp_path)


def found(settings: Settings) -> dict[str, tuple[str, str | None]]:
    return {one.name: (one.value, one.source) for one in read_shown(settings).settings}


def test_each_setting_says_where_it_comes_from(given):
    shown = found(given)

    assert shown["line.ring_rounds"] == ("3", "file")
    assert shown["line.ring_for_seconds"] == ("25", "environment")
    assert shown["line.accept_within_seconds"] == ("20", None)
    assert shown["notify.mail.host"] == ("mail.lijn.example", "file")
    assert shown["notify.mail.port"] == ("587", None)
    assert shown["holidays"] == ("2026-12-25", "file")
    assert shown["database"][1] == "secret file"


def test_every_setting_is_there_and_every_part_has_a_name(given):
    parts = set(read_shown(given).parts())

    assert parts <= set(PARTS)
    assert {name for name in Settings.model_fields if name not in ("home", "agreement_settings")} <= {
        one.name.split(".")[0] for one in read_shown(given).settings
    }


def test_no_password_and_no_address_of_a_receiver_is_shown(given):
    text = str(read_shown(given))

    assert "zeer-geheim" not in text
    assert "geheim-in-het-pad" not in text
    assert found(given)["notify.webhooks"] == ("ticketsysteem: tickets.example", "file")
    assert found(given)["database"][0] == "postgresql+psycopg://lijn:•••@db.example/lijn"


def test_what_a_restart_would_change_is_told_and_a_file_that_is_wrong_is_named(given):
    file = given.home / "meldlijn.toml"
    file.write_text(TOML.replace("ring_rounds = 3", "ring_rounds = 4"))
    changed = [(one.name, one.value, one.after_restart) for one in read_shown(given).settings if one.after_restart]
    file.write_text(TOML.replace("ring_rounds = 3", "ring_rounds = 0"))
    wrong = read_shown(given)
    file.write_text("[line")

    assert changed == [("line.ring_rounds", "3", "4")]
    assert "line.ring_rounds" in wrong.mistake
    assert "can't be read" in read_shown(given).mistake


def test_every_reading_has_a_text():
    assert set(READINGS) == set(SETTING_NAMES)


@pytest.fixture
async def opened(web_store, accounts, clock, readiness, password, tmp_path):
    """The page as Ilse sees it, of a line with these settings."""

    async def now():
        return readiness

    clients = []

    async def page(toml: str, then: str | None = None) -> str:
        """`then`: what is written while the line runs."""
        (tmp_path / "meldlijn.toml").write_text(toml)
        settings = read_settings(tmp_path)
        (tmp_path / "meldlijn.toml").write_text(toml if then is None else then)
        app = make_app(Desk(web_store, settings, clock), accounts, clock, settings, now)
        clients.append(TestClient(TestServer(app)))
        await clients[-1].start_server()
        person = await accounts.verify("ilse", password)
        token = await accounts.open_session(person.account_id, clock.now())
        answer = await clients[-1].get("/settings", headers={"Cookie": f"{SESSION_COOKIE}={token}"})
        return html.unescape(await answer.text())

    yield page
    for client in clients:
        await client.close()


async def test_what_nobody_gave_yet_is_warned_about_with_what_to_write(opened):
    page = await opened("")

    assert "De telefonische meldtijden zijn niet ingevuld (A-17)." in page
    assert 'mon-fri = [["08:30", "17:00"]]' in page
    assert "Het uurtarief zonder SLA is niet ingevuld (A-03)." in page
    assert "<b>niet ingevuld</b>" in page


async def test_what_is_given_stands_there_with_its_reading_and_source(opened):
    page = await opened(
        '[agreement_settings]\nlevel_0_hourly_rate = "110.00"\nno_sla_in_calamity_hours = "ask"\n'
        '[agreement_settings.phone_hours]\nmon-fri = [["08:30", "17:00"]]\n'
    )

    assert "niet ingevuld" not in page
    assert re.search(
        r"A-03.*?Het uurtarief zonder SLA, in euro.*?110\.00.*?meldlijn\.toml of omgeving", page, re.DOTALL
    )
    assert re.search(r"A-10.*?de vraag of de kosten akkoord zijn", page, re.DOTALL)
    assert "ma 08:30-17:00, di 08:30-17:00" in page


async def test_what_the_page_says_to_write_is_what_the_settings_take(opened):
    page = await opened("")
    hours, rate = re.findall(r"<code>(mon-fri = .*?|level_0_hourly_rate = .*?)</code>", page)

    after = await opened(f"[agreement_settings]\n{rate}\n[agreement_settings.phone_hours]\n{hours}\n")

    assert "niet ingevuld" not in after


async def test_the_days_of_the_coming_year_that_differ_are_shown(opened):
    page = await opened('holidays = ["2026-12-25", "2027-01-01"]')

    assert "2 dagen wijken af" in page
    assert "vr 25 dec 2026" in page
    assert 'href="/days"' in page


async def test_hours_that_were_written_are_seen_for_the_coming_year_before_a_restart(opened, tmp_path):
    page = await opened('[agreement_settings.phone_hours]\nmon-fri = [["08:30", "17:00"]]\n')
    assert "na een herstart" not in page.lower()

    page = await opened(
        '[agreement_settings.phone_hours]\nmon-fri = [["08:30", "17:00"]]\n',
        then='holidays = ["2026-12-25"]\n[agreement_settings.phone_hours]\nmon-thu = [["09:00", "16:00"]]\n',
    )

    assert "na een herstart: ma 09:00-16:00, di 09:00-16:00, wo 09:00-16:00, do 09:00-16:00<" in page
    assert re.search(r"Na een herstart krijgen in het komende jaar 26\d dagen andere uren", page)
    assert "09:00–16:00" in page


async def test_a_reading_that_can_not_be_used_is_a_mistake_that_a_restart_would_meet(opened):
    page = await opened("", then='[agreement_settings]\nno_sla_in_calamity_hours = "misschien"\n')

    assert "Zo start de lijn niet opnieuw." in page
    assert "no_sla_in_calamity_hours" in page
