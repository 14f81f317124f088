"""Nobody can make the line ring a phone that is not ours: no caller, no key, no rota, no import, no redirect."""

import random
import re
import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from ari_app.asterisk.dialling import DialGuard
from ari_app.config import Settings
from ari_app.flows.phones import dial_guard
from ari_app.simulator.exchange import Exchange
from ari_app.simulator.simulator import Behaviour, Simulator
from ari_app.simulator.virtual_time import run_virtually
from ari_app.store.database import Store
from ari_app.store.outbox_tables import OutboxRow
from ari_app.store.seed_demo import seed_demo
from routing.dialling import NotDialled
from routing.rota import Engineer
from tests.calls.line import Line
from tests.calls.people import ACCEPTS, PICKS_UP, REDIRECTS
from tests.calls.scenario import Caller
from tests.calls.test_ringing import with_settings

DIALPLAN = Path(__file__).parents[2] / "dialplan"
CALAMITY = Caller("0201234567", at="2026-11-21T09:10")
PHONE_HOURS = replace(CALAMITY, at="2026-11-23T10:00")
#: Written down anew, so that a mistake in the program is not copied: a Dutch number that costs what a call costs.
PLAIN_DUTCH = re.compile(r"PJSIP/31(?!90|80|6760|14)[1-9][0-9]{8}@trunk", re.ASCII)
DESK = {"PJSIP/desk-1", "PJSIP/desk-2"}
DEAR_OR_EVIL = (
    "+31900123456",
    "+3190912345",
    "+32470000000",
    "+881612345678",
    "+882991234567",
    "0031612345001",
    "112",
    "",
    "31612345001@evil",
    "+31612345001&PJSIP/31900123456@trunk",
    "+31612345001@trunk/sip:0900@evil",
    "+31612345001,1,Dial(PJSIP/1900)",
    "+31612345001\n",
    "${EXTEN}",
    "desk-1",
    "+٣١٦١٢٣٤٥٠٠١",
)


def dialled(line: Line) -> list[str]:
    return [query["endpoint"] for method, path, query, _ in line.requests if path == "/channels/create"]


def is_ours(endpoint: str, numbers: set[str]) -> bool:
    if endpoint in DESK:
        return True
    return bool(PLAIN_DUTCH.fullmatch(endpoint)) and "+" + endpoint[6:].split("@")[0] in numbers


def engineers(*numbers: str) -> tuple[Engineer, ...]:
    return tuple(Engineer(at, f"Engineer {at}", (number,)) for at, number in enumerate(numbers, 1))


@pytest.mark.parametrize("number", DEAR_OR_EVIL)
async def test_an_engineer_with_a_number_that_may_not_be_dialled_is_passed_over(fake_line: Line, number: str) -> None:
    fake_line.desk.desk.rota = (*engineers(number), Engineer(9, "Bram Bedacht", ("+31612345002",)))

    outcome = await fake_line.call(CALAMITY, phones={"Bram Bedacht": ACCEPTS})

    assert dialled(fake_line) == ["PJSIP/31612345002@trunk"]
    assert outcome.rang == [("Engineer 1", "not_dialled"), ("Bram Bedacht", "accepted")]
    assert "ebeld" in outcome.report.legs[0].why


async def test_when_no_phone_may_be_dialled_the_caller_leaves_a_message(fake_line: Line) -> None:
    fake_line.desk.desk.rota = engineers("+31900123456", "+32470000000")

    outcome = await fake_line.call(CALAMITY)

    assert dialled(fake_line) == []
    assert outcome.report.error is None
    assert outcome.report.route == "voicemail"
    assert outcome.has_recorded(CALAMITY.message)


async def test_a_call_that_rang_its_share_of_phones_goes_to_voicemail(fake_line: Line) -> None:
    fake_line.client.guard = dial_guard(fake_line.settings.model_copy(update={"dial_legs_per_call": 2}), "trunk")

    outcome = await fake_line.call(CALAMITY)

    assert len(dialled(fake_line)) == 2
    assert outcome.report.legs[2].result == "not_dialled"
    assert outcome.report.legs[2].why == "Voor dit gesprek is al 2 keer een toestel gebeld: niet nog eens."
    assert outcome.report.route == "voicemail"
    assert outcome.has_recorded(CALAMITY.message)


async def test_a_line_that_dialled_its_share_of_a_minute_still_takes_messages(fake_line: Line) -> None:
    fake_line.client.guard = dial_guard(fake_line.settings.model_copy(update={"dials_per_minute": 1}), "trunk")

    first = await fake_line.call(CALAMITY, phones={"Fenna Fictief": ACCEPTS})
    second = await fake_line.call(CALAMITY, phones={"Fenna Fictief": ACCEPTS})

    assert first.report.talked_with == "Fenna Fictief"
    assert second.report.legs[0].why == "In een minuut is al 1 keer naar buiten gebeld: niet nog eens."
    assert second.report.route == "voicemail"


async def test_the_desk_rings_whatever_was_dialled_outside(fake_line: Line) -> None:
    fake_line.client.guard = dial_guard(fake_line.settings.model_copy(update={"dials_per_minute": 1}), "trunk")
    await fake_line.call(CALAMITY, phones={"Fenna Fictief": ACCEPTS})

    outcome = await fake_line.call(PHONE_HOURS, phones={"desk-1": PICKS_UP})

    assert outcome.report.talked_with == "desk-1"


async def test_a_line_without_a_reception_rings_nobody() -> None:
    with pytest.raises(NotDialled):
        DialGuard().endpoint("call", "leg", "PJSIP/desk-1", "")


async def test_a_redirect_is_never_followed(line: Line) -> None:
    """302 to a number abroad: in the fake world and on a real Asterisk."""
    outcome = await line.call(CALAMITY, phones=dict.fromkeys(("Fenna Fictief", "Bram Bedacht"), REDIRECTS))

    assert set(dialled(line)) == {f"PJSIP/3161234500{number}@trunk" for number in (1, 2, 3)}
    assert set(outcome.phones_that_rang) <= {"Fenna Fictief", "Bram Bedacht", "Sanne Schijn"}
    assert {leg.result for leg in outcome.report.legs if leg.who != "Sanne Schijn"} == {"unreachable"}


async def test_whatever_callers_and_rota_hold_only_our_phones_are_asked_of_asterisk(fake_line: Line) -> None:
    """At the boundary of the fake Asterisk; many more cases below, without wires."""
    chance = random.Random(302)
    for _ in range(20):
        numbers = chance.choices([*DEAR_OR_EVIL, "+31612345001", "+31612345002"], k=3)
        fake_line.desk.desk.rota = engineers(*numbers)
        before = len(fake_line.requests)
        keys = {"welcome": chance.choice("0123456789*#")}
        await fake_line.call(replace(chance.choice([CALAMITY, PHONE_HOURS]), presses=keys, number=_caller_id(chance)))

        new = [query["endpoint"] for _, path, query, _ in fake_line.requests[before:] if path == "/channels/create"]
        assert [endpoint for endpoint in new if not is_ours(endpoint, set(numbers))] == []


def _caller_id(chance: random.Random) -> str:
    return chance.choice(["0201234567", "0850004130", *DEAR_OR_EVIL])


@pytest.fixture(scope="module")
def seeded(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a line with the customers and the rota of the demo."""
    home = tmp_path_factory.mktemp("simulated")
    shutil.copy(migrated_file, home / "meldlijn.db")

    async def seed() -> None:
        store = Store.open(Settings(home=home).database_url)
        await seed_demo(store, datetime(2026, 11, 21, tzinfo=UTC))
        await store.close()

    run_virtually(seed())
    return home


NUMBERS = st.one_of(
    st.sampled_from([*DEAR_OR_EVIL, "+31612345001", "+31201234567"]),
    st.from_regex(r"\+?[0-9]{3,16}", fullmatch=True),
    st.from_regex(r"\+31[0-9]{9}", fullmatch=True),
    st.text(alphabet="+0123456789@/&;,:sipPJSIPLocal${}\n ", max_size=30),
)
MOMENTS = st.sampled_from(["2026-11-21T08:10", "2026-11-23T06:45", "2026-11-23T10:00", "2026-11-22T23:00"])


# What breaks it is short as it is; to look for a shorter one would take minutes.
@settings(
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    numbers=st.lists(NUMBERS, min_size=3, max_size=3),
    caller_id=NUMBERS,
    keys=st.text(alphabet="0123456789*#", max_size=12),
    at=MOMENTS,
    does=st.sampled_from(["no-answer", "accept", "decline", "busy", "voicemail-box"]),
)
def test_no_caller_key_or_rota_makes_the_line_ring_a_phone_that_is_not_ours(
    seeded: Path, monkeypatch: pytest.MonkeyPatch, numbers: list[str], caller_id: str, keys: str, at: str, does: str
) -> None:
    asked: list[str] = []

    class Recorded(Exchange):
        async def create(self, endpoint: str, channel: str, app: str, *, caller_id: str, caller_name: str) -> None:
            asked.append(endpoint)
            await super().create(endpoint, channel, app, caller_id=caller_id, caller_name=caller_name)

    monkeypatch.setattr("ari_app.simulator.simulator.Exchange", Recorded)
    with sqlite3.connect(seeded / "meldlijn.db") as database:
        for engineer_id, number in enumerate(numbers, 1):
            database.execute("UPDATE engineer SET number = ? WHERE id = ?", (number, engineer_id))

    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)

    async def call() -> str | None:
        async with Simulator.open(Settings(home=seeded)) as simulator:
            one = await simulator.call(caller_id, moment, Behaviour(keys, does))  # type: ignore[arg-type]
            two = await simulator.call("0201234567", moment, Behaviour(keys, does))  # type: ignore[arg-type]
        return one.error or two.error

    assert run_virtually(call()) is None
    assert [endpoint for endpoint in asked if not is_ours(endpoint, set(numbers))] == []


def configuration(name: str) -> str:
    """Without comments."""
    return re.sub(r";[^\n]*", "", (DIALPLAN / name).read_text(encoding="utf-8"))


def test_the_dialplan_rings_only_the_plans_phones_and_follows_no_redirect() -> None:
    """`i` ignores a 302; t, T, k, K, h, H, w, W, x and X would give keys to whoever talks."""
    dialled = re.findall(
        r"Dial\(([^,]+),.*,([a-zA-Z]+)(?:\([^)]*\))?\)$", configuration("extensions.conf"), re.MULTILINE
    )

    assert [target for target, _ in dialled] == ["PJSIP/${LEG_NUMBER}@@trunk@", "${LEG}"]
    assert all("i" in options and not set(options) & set("tTkKhHwWxX") for _, options in dialled)
    assert re.search(r"LEG_NUMBER=\$\{FILTER\(0-9,", configuration("extensions.conf"))


def test_nothing_is_included_and_no_application_lets_somebody_dial_on() -> None:
    text = configuration("extensions.conf")

    assert "include" not in text
    assert re.findall(r"\b(DISA|Transfer|Originate|Page|FollowMe|Park|Queue|ConfBridge|Goto\(\$\{)", text) == []


def test_no_phone_can_transfer_and_desk_phones_can_dial_nobody() -> None:
    assert "allow_transfer = no" in configuration("pjsip.conf")
    assert "redirect_method = user" in configuration("pjsip.conf")
    assert "context = deadend" in configuration("desk-phone.conf")


def test_no_module_for_transfers_parking_or_forwarding_is_loaded() -> None:
    loaded = re.findall(r"^load = (\S+)", configuration("modules.conf"), re.MULTILINE)

    assert "autoload = no" in configuration("modules.conf")
    banned = ("refer", "transfer", "parking", "disa", "followme", "originate.so", "chan_local", "features", "pickup")
    assert [name for name in loaded for word in banned if word in name and name != "res_clioriginate.so"] == []


async def test_a_budget_that_runs_out_is_told_to_the_supervisor_and_the_caller_leaves_a_message(
    fake_line: Line,
) -> None:
    await with_settings(fake_line, dial_legs_per_call=1)

    outcome = await fake_line.call(CALAMITY)

    assert [result for _, result in outcome.rang] == ["no_answer", "not_dialled", "not_dialled"]
    assert outcome.has_recorded(CALAMITY.message)
    told = {which: why for which, why in fake_line.desk.desk.line_alerts.told}
    assert told == {"legs": "Voor dit gesprek is al 1 keer een toestel gebeld: niet nog eens."}


async def test_a_supervisor_hears_of_a_spent_budget_once_an_hour(fake_line_with_desk: Line) -> None:
    alerts = fake_line_with_desk.desk.desk.line_alerts
    for which in ("rate", "rate", "duration"):
        await alerts.dial_budget_spent(which, "In een minuut is al 120 keer naar buiten gebeld: niet nog eens.")

    async with fake_line_with_desk.desk.desk.store.reading() as session:
        rows = (await session.exec(select(OutboxRow).where(OutboxRow.kind == "dial_budget_spent"))).all()
    assert [row.payload["to"] for row in rows] == ["supervisor", "supervisor"]
    assert "120 keer naar buiten gebeld" in rows[0].payload["text"]
