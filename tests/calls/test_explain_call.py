"""`explain-call`: the script of a call against virtual phones tells what a real call would have been like, and writes nothing."""

import asyncio
import hashlib
import json
import random
import re
import shutil
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, delete, select
from typer.testing import CliRunner

from ari_app.cli import app
from ari_app.config import LineSettings, Settings
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.explanation import GOOD_ENDS, Explanation
from ari_app.flows.open_call import OpenCall
from ari_app.simulator.dry_store import DryStore
from ari_app.simulator.everyone import kinds_of_callers, moments_of_a_year
from ari_app.simulator.exchange import Exchange, UnknownRequest
from ari_app.simulator.people import EngineersDo, Person
from ari_app.simulator.phone import Sound
from ari_app.simulator.simulator import Behaviour, SimulatedClock, SimulationFailed, Simulator
from ari_app.simulator.virtual_time import run_virtually
from ari_app.store.database import Store
from ari_app.store.seed_demo import seed_demo
from ari_app.store.tables import Customer, DutyRow, Role
from routing.rota import Duty
from sla import contract as law
from tests.calls.line import Line
from tests.calls.people import ACCEPTS, BUSY, PICKS_UP, VOICEMAIL_BOX
from tests.calls.scenario import Caller
from tests.calls.scenario import Person as AtPhone

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PREMIUM, STANDARD, NO_SLA = "0201234567", "0850004130", "0850004140"
SATURDAY, MONDAY, NIGHT = "2026-11-21T09:10", "2026-11-23T10:00", "2026-11-23T20:15"
ENGINEERS = ("Fenna Fictief", "Bram Bedacht", "Sanne Schijn")


@pytest.fixture
def home(migrated_file: Path, tmp_path: Path) -> Path:
    """A line with the customers and the rota of the demo."""
    shutil.copy(migrated_file, tmp_path / "meldlijn.db")

    async def seed() -> None:
        store = Store.open(Settings(home=tmp_path).database_url)
        await seed_demo(store, datetime(2026, 11, 21, tzinfo=UTC))
        await store.close()

    run_virtually(seed())
    return tmp_path


def explained(settings: Settings, number: str, at: str, behaviour: Behaviour | None = None) -> Explanation:
    async def call() -> Explanation:
        async with Simulator.open(settings) as simulator:
            return await simulator.call(number, datetime.fromisoformat(at).replace(tzinfo=AMSTERDAM), behaviour)

    return run_virtually(call())


def heard_by_caller(one: Explanation) -> list[str]:
    return [said.prompt for said in one.said if said.to == "caller"]


@pytest.mark.parametrize(
    ("number", "at", "phones", "behaviour"),
    [
        (PREMIUM, MONDAY, {}, Behaviour()),
        (PREMIUM, MONDAY, {"desk-1": PICKS_UP}, Behaviour(desk="answer")),
        (PREMIUM, SATURDAY, {}, Behaviour()),
        (PREMIUM, SATURDAY, {"Fenna Fictief": ACCEPTS}, Behaviour(engineers="accept")),
        (PREMIUM, SATURDAY, dict.fromkeys(ENGINEERS, BUSY), Behaviour(engineers="busy")),
        (PREMIUM, SATURDAY, dict.fromkeys(ENGINEERS, VOICEMAIL_BOX), Behaviour(engineers="voicemail-box")),
        (STANDARD, NIGHT, {}, Behaviour()),
        (NO_SLA, SATURDAY, {}, Behaviour()),
        ("", SATURDAY, {}, Behaviour()),
    ],
    ids=["desk", "desk answers", "on duty", "accepts", "busy", "voicemail box", "night", "no SLA", "anonymous"],
)
async def test_it_tells_the_same_as_a_call_on_the_fake_asterisk(
    fake_line: Line, home: Path, number: str, at: str, phones: dict[str, AtPhone], behaviour: Behaviour
) -> None:
    # People of the two worlds differ in how fast they are: only that is evened out.
    patient = {"ring_for_seconds": 20, "accept_within_seconds": 20, "desk_ring_for_seconds": 20}
    line = fake_line.settings.model_copy(update=patient)
    real = await fake_line.call(Caller(number, at=at), phones=phones)

    told = await asyncio.to_thread(explained, Settings(home=home, line=line), number, at, behaviour)

    steps = [step.detail for step in real.report.steps if step.what == "prompt"]
    assert _without_progress(heard_by_caller(told)) == _without_progress(steps)
    assert [(rung.who, rung.result) for rung in told.rings] == real.rang
    assert told.ends_in == ("voicemail" if real.report.recording else real.report.route)


def _without_progress(prompts: list[str]) -> list[str]:
    """How often a caller hears how it goes depends on how long prompts are, which is not the same in both."""
    return [prompt for prompt in prompts if prompt not in ("calamity-still-trying", "calamity-trying-next", "", None)]


def test_it_names_who_would_ring_in_which_order_and_why(home: Path) -> None:
    one = explained(Settings(home=home), PREMIUM, SATURDAY)

    assert (one.route, one.ends_in) == ("on_duty", "voicemail")
    assert tuple(dict.fromkeys(rung.who for rung in one.rings)) == one.on_duty == ENGINEERS
    assert "Dienstdoende engineers, in belvolgorde: Fenna Fictief, Bram Bedacht, Sanne Schijn." in one.why


def test_it_tells_the_clocks_of_the_ticket_that_would_come(home: Path) -> None:
    """Saturday morning: the first response of Premium is due on Monday at 10:30 (R-015, R-044)."""
    ticket = explained(Settings(home=home), PREMIUM, SATURDAY).ticket

    assert ticket is not None
    response = next(clock for clock in ticket.clocks if clock.clock == "first_response")
    assert response.due_at == datetime(2026, 11, 23, 10, 30, tzinfo=AMSTERDAM)
    assert (ticket.kind, ticket.level) == ("incident", "premium")


def test_a_talk_with_an_engineer_makes_a_calamity_whose_response_is_met(home: Path) -> None:
    ticket = explained(Settings(home=home), PREMIUM, SATURDAY, Behaviour(engineers="accept")).ticket

    assert ticket is not None
    assert ticket.kind == "calamity"
    assert next(clock.state for clock in ticket.clocks if clock.clock == "first_response") == "met"


def test_without_an_sla_the_work_is_charged(home: Path) -> None:
    costs = explained(Settings(home=home), NO_SLA, SATURDAY).costs

    assert costs is not None
    assert costs.is_charged
    assert costs.rule == "R-071"


def test_a_key_ends_the_message(home: Path) -> None:
    one = explained(Settings(home=home), STANDARD, NIGHT, Behaviour(keys="#"))

    assert heard_by_caller(one)[-1] == "voicemail-thanks"


def test_nothing_is_written(home: Path) -> None:
    """Not a call, not a ticket, not a single byte."""
    before = hashlib.sha256((home / "meldlijn.db").read_bytes()).digest()

    for at in (SATURDAY, MONDAY, NIGHT):
        explained(Settings(home=home), PREMIUM, at, Behaviour(keys="1234#", engineers="accept"))

    assert hashlib.sha256((home / "meldlijn.db").read_bytes()).digest() == before
    assert {file.name for file in home.iterdir()} <= {"meldlijn.db", "meldlijn.db-wal", "meldlijn.db-shm"}


def test_it_works_on_both_databases(database_url: str, tmp_path: Path) -> None:
    """PostgreSQL is behind a socket: for it the virtual time waits."""

    async def seed() -> None:
        store = Store.open(database_url)
        await seed_demo(store, datetime(2026, 11, 21, tzinfo=UTC))
        await store.close()

    run_virtually(seed())

    one = explained(Settings(home=tmp_path, database=database_url), PREMIUM, SATURDAY)

    assert (one.route, one.ends_in, one.error, one.on_duty) == ("on_duty", "voicemail", None, ENGINEERS)


def test_a_pin_can_not_be_found_by_trying(home: Path) -> None:
    """Whoever may simulate is told the same for the PIN of a customer and for any other (A-25)."""

    async def with_pin() -> None:
        store = Store.open(Settings(home=home).database_url)
        desk = Desk(store, Settings(home=home), SimulatedClock(datetime(2026, 11, 20, tzinfo=UTC)))
        await desk.pins.set(2, Actor("ilse", Role.SUPERVISOR), "802175")
        await store.close()

    run_virtually(with_pin())

    right, wrong = (
        explained(Settings(home=home), "0612345678", SATURDAY, Behaviour(keys=f"2#{pin}#"))
        for pin in ("802175", "1111")
    )

    assert right.why == wrong.why
    assert "Klantnummer en pincode klopten bij poging 1 (A-25)." in right.why


async def test_what_a_script_writes_is_rolled_back(store: Store) -> None:
    dry = DryStore(store.engine)

    async with dry.session() as session:
        session.add(Customer(name="Niemand"))
        await session.flush()

    async with store.reading() as session:
        assert (await session.exec(select(Customer))).all() == []


def test_minutes_of_a_call_pass_in_its_own_time_only(home: Path) -> None:
    """Two rounds of three engineers, 20 seconds each."""
    began = time.monotonic()

    one = explained(Settings(home=home), PREMIUM, SATURDAY)

    assert one.seconds > 120 > time.monotonic() - began


async def test_a_request_that_the_virtual_phone_does_not_know_is_never_a_good_call() -> None:
    exchange = Exchange(Person(), lambda endpoint: Person(), lambda medium: Sound("", ""))

    with pytest.raises(UnknownRequest, match="GET /channels"):
        await exchange.channels()

    assert exchange.unknown == ["GET /channels"]


def test_a_script_that_asks_for_something_unknown_fails_loudly(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def odd(self: Exchange, channel: str) -> None:
        await self.request("POST", f"/channels/{channel}/ring")

    monkeypatch.setattr(Exchange, "answer", odd)

    with pytest.raises(SimulationFailed, match=r"POST /channels/.*/ring"):
        explained(Settings(home=home), PREMIUM, MONDAY)


def test_all_kinds_of_callers_at_all_telling_moments_reach_somebody_or_voicemail(home: Path) -> None:
    begin = datetime(2026, 11, 20, tzinfo=UTC)

    async def everybody() -> tuple[int, list[Explanation], list[str]]:
        async with Simulator.open(Settings(home=home)) as simulator:
            callers = await kinds_of_callers(simulator.desk, begin)
            moments = await moments_of_a_year(simulator.desk, begin)
            calls = [await simulator.call(number, moment.at) for moment in moments for _, number in callers]
            return len(calls), [one for one in calls if one.is_dead_end], [moment.why for moment in moments]

    count, dead_ends, whys = run_virtually(everybody())

    assert count > 500
    assert dead_ends == []
    assert any("the clocks change" in why for why in whys)
    assert any("Eerste kerstdag" in why for why in whys)
    assert "a hole in the rota" in whys


def test_a_rota_with_a_hole_shows_it(home: Path) -> None:
    async def without_saturday() -> None:
        store = Store.open(Settings(home=home).database_url)
        saturday = datetime(2026, 11, 21, 8, tzinfo=UTC)
        async with store.session() as session:
            await session.exec(
                delete(DutyRow).where(col(DutyRow.starts_at) <= saturday, col(DutyRow.ends_at) > saturday)
            )
        await store.close()

    run_virtually(without_saturday())

    one = explained(Settings(home=home), PREMIUM, SATURDAY)

    assert (one.route, one.ends_in, one.rings) == ("voicemail", "voicemail", ())
    assert "Er staat niemand in het rooster: inspreken." in one.why


def test_the_command_prints_json(home: Path) -> None:
    ran = CliRunner().invoke(app, ["explain-call", "--from", PREMIUM, "--at", MONDAY, "--home", str(home), "--json"])

    found = json.loads(ran.stdout)
    assert ran.exit_code == 0
    assert (found["route"], found["ends_in"], found["dead_end"]) == ("desk", "voicemail", False)
    assert [rung["who"] for rung in found["rings"]] == ["desk-1", "desk-2"]
    assert {"rule": "R-075a", "lines": "L390-398", "document": "SLA VOIP V4.10 (2023-11)"} in found["clauses"]


def test_the_command_tells_people_in_sentences(home: Path) -> None:
    ran = CliRunner().invoke(app, ["explain-call", "--from", "anonymous", "--at", NIGHT, "--home", str(home)])

    assert ran.exit_code == 0
    assert "Welkom bij de supportlijn." in ran.stdout
    assert "route voicemail" in ran.stdout
    assert "bron: R-071, L603-605, SLA VOIP V4.10 (2023-11)" in ran.stdout


@pytest.mark.parametrize(
    ("options", "named"),
    [(["--at", "tomorrow"], "'tomorrow'"), (["--at", MONDAY, "--dtmf", "1x"], "'x'")],
)
def test_a_wrong_option_is_named(home: Path, options: list[str], named: str) -> None:
    ran = CliRunner().invoke(app, ["explain-call", "--from", PREMIUM, *options, "--home", str(home)])

    assert ran.exit_code == 1
    assert named in ran.stderr


def test_a_dead_end_is_found_and_the_command_fails(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def answers_and_hangs_up(call: OpenCall) -> None:
        await call.answer()

    monkeypatch.setattr("ari_app.simulator.simulator.support_line", answers_and_hangs_up)

    ran = CliRunner().invoke(app, ["explain-call", "--from", "any", "--at", NIGHT, "--home", str(home)])

    assert ran.exit_code == 1
    assert "nothing" in ran.stdout


def test_a_home_without_a_line_and_an_old_database_are_named_and_nothing_is_made(tmp_path: Path) -> None:
    call = ["explain-call", "--home", str(tmp_path), "--from", PREMIUM, "--at", SATURDAY]

    nothing = CliRunner().invoke(app, call)
    assert nothing.exit_code == 1
    assert list(tmp_path.iterdir()) == []

    (tmp_path / "meldlijn.db").touch()
    old = CliRunner().invoke(app, call)
    assert old.exit_code == 1
    assert isinstance(old.exception, SystemExit)


@pytest.mark.parametrize(
    ("number", "why"),
    [("", "anoniem"), ("anonymous", "anoniem"), ("unavailable", "anoniem"), ("112", "kort nummer"),
     ("14020", "kort nummer"), ("'; DROP TABLE ticket", "geen telefoonnummer"), ("9" * 60, "geen telefoonnummer")],
)  # fmt: skip
def test_a_caller_without_a_number_hears_the_same_and_the_why_names_the_reason(
    home: Path, number: str, why: str
) -> None:
    one = explained(Settings(home=home), number, SATURDAY)

    assert (one.route, one.ends_in, one.number) == ("voicemail", "voicemail", None)
    assert why in " ".join(one.why)


@pytest.mark.parametrize("written", ["0201234567", "020 - 123 45 67", "+31 (0)20 1234567", "0031201234567", "31201234567",
                                     "tel:+31-20-1234567", '"Piet" <sip:0201234567@10.0.0.1;user=phone>'])  # fmt: skip
def test_a_number_in_any_form_leads_to_the_same_route_for_the_same_reasons(home: Path, written: str) -> None:
    one, plain = (explained(Settings(home=home), number, SATURDAY) for number in (written, PREMIUM))

    assert (one.route, one.why, one.rings) == (plain.route, plain.why, plain.rings)
    assert one.number == "+31201234567"


def test_every_route_that_it_can_give_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    table = text[text.index("| `route` |") : text.index("JSON: `number`")]

    assert set(re.findall(r"^\| `(\w+)` \|", table, re.M)) == {"route", *GOOD_ENDS, "closed"}


def test_every_name_of_its_json_is_documented(home: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")

    names = explained(Settings(home=home), PREMIUM, SATURDAY).to_json()

    assert [name for name in names if f"`{name}`" not in text] == []


def test_no_keys_however_odd_or_many_break_a_call_or_leave_a_caller_with_nothing(home: Path) -> None:
    chance = random.Random(20261127)
    asked = {"language_choice": True, "confirm_calamity": True, "mention_user_forms": True}
    settings = Settings(home=home, line=LineSettings(**asked))
    callers = (PREMIUM, STANDARD, NO_SLA, "", "112", "0612345001", "0612345002", "\x00", "0900123456", "9" * 200)

    async def calls() -> list[Explanation]:
        async with Simulator.open(settings) as simulator:
            return [await simulator.call(*_odd_call(chance, callers)) for _ in range(60)]

    assert [(one.error, one.route, one.why) for one in run_virtually(calls()) if one.is_dead_end] == []


def _odd_call(chance: random.Random, callers: tuple[str, ...]) -> tuple[str, datetime, Behaviour]:
    at = datetime.fromisoformat(chance.choice((SATURDAY, MONDAY, NIGHT))).replace(tzinfo=AMSTERDAM)
    keys = "".join(chance.choices("0123456789*#ABCD", k=chance.choice((0, 1, 2, 5, 60))))
    do: list[EngineersDo] = ["no-answer", "accept", "decline", "busy", "voicemail-box"]
    return chance.choice(callers), at, Behaviour(keys, chance.choice(do), chance.choice(("no-answer", "answer")))


async def test_the_line_rings_whom_the_page_of_the_rota_shows(home: Path) -> None:
    """On 20 moments of calamity hours, with patterns, overrides of an hour, a hole, and both changes of the clock."""
    store = Store.open(Settings(home=home).database_url)
    desk, by = (
        Desk(store, Settings(home=home), SimulatedClock(datetime(2026, 9, 1, tzinfo=UTC))),
        Actor("ilse", Role.SUPERVISOR),
    )
    async with store.session() as session:
        await session.exec(delete(DutyRow))
    for place, names in ((1, ENGINEERS), (2, ENGINEERS[1:] + ENGINEERS[:1])):
        await desk.rota.set_pattern(place, names, date(2026, 9, 7), clock_time(8), by)
    sanne = await desk.rota.engineer("Sanne Schijn")
    for begin, end in (("2026-10-25T08:30", "2026-10-25T10:00"), ("2027-03-28T02:30", "2027-03-28T09:30")):
        await desk.rota.override([Duty(sanne, at(begin), at(end))], "proef", by)
    mondays = [date(2026, 9, 14) + timedelta(weeks=3 * number) for number in range(8)]
    mondays += [date(2026, 10, 19), date(2027, 3, 22)]
    shown: dict[datetime, list[str]] = {}
    for monday in mondays:
        turns = [turn.line_up for day in (await desk.rota_weeks.week(monday)).days for turn in day.turns]
        for turn in turns[-2:] if monday in mondays[-2:] else (turns[0], turns[-1]):
            middle = turn.starts_at + (turn.ends_at - turn.starts_at) / 2
            shown[middle] = [one.name for one in turn.engineers]
    await store.close()

    async def rung() -> dict[datetime, list[str]]:
        async with Simulator.open(Settings(home=home)) as simulator:
            calls = {moment: await simulator.call(PREMIUM, moment) for moment in shown}
        return {moment: list(dict.fromkeys(ring.who for ring in call.rings)) for moment, call in calls.items()}

    assert len(shown) == 20
    assert shown[at("2026-10-25T09:15")][0] == shown[at("2027-03-28T09:00")][0] == "Sanne Schijn"
    assert await asyncio.to_thread(run_virtually, rung()) == shown


async def test_the_line_answers_as_the_contracts_of_that_day_say(home: Path) -> None:
    """On Saturday 21 November, of customers whose contracts began, ended or changed around it."""
    store = Store.open(Settings(home=home).database_url)
    desk, by = (
        Desk(store, Settings(home=home), SimulatedClock(datetime(2026, 11, 1, tzinfo=UTC))),
        Actor("ilse", Role.SUPERVISOR),
    )
    begin, eve, day, morrow = date(2026, 11, 1), date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)
    made = {
        "runs": [("premium", begin, None, "voip")],
        "ended yesterday": [("premium", begin, eve, "voip")],
        "ends today": [("premium", begin, day, "voip")],
        "begins tomorrow": [("premium", morrow, None, "voip")],
        "changes today": [("standard", begin, None, "voip"), ("premium", day, None, "voip")],
        "changes tomorrow": [("standard", begin, None, "voip"), ("premium", morrow, None, "voip")],
        "another agreement": [("premium", begin, None, "netwerk")],
        "none": [],
    }
    numbers = {name: f"02055501{place:02}" for place, name in enumerate(made)}
    for name, contracts in made.items():
        customer = await desk.directory.add_customer(name, by)
        await desk.directory.add_number(customer, numbers[name], by)
        for level, starts, ends, kind in contracts:
            terms = law.Contract(level, starts, 12, "MO", "AV", paid_until=date(2027, 10, 31), framework_ends_on=ends)
            await desk.contracts.add(customer, terms, by, kind=kind)
    await store.close()

    async def answers() -> dict[str, tuple[str, bool, str]]:
        async with Simulator.open(Settings(home=home)) as simulator:
            calls = {name: await simulator.call(number, at(SATURDAY)) for name, number in numbers.items()}
        return {name: (one.level, one.has_sla, one.route) for name, one in calls.items()}

    # Without an SLA the line asks for customer number and PIN; who types nothing gets the voicemail.
    served, asked = (True, "on_duty"), (False, "voicemail")
    assert await asyncio.to_thread(run_virtually, answers()) == {
        "runs": ("premium", *served),
        "ended yesterday": ("level_0", *asked),
        "ends today": ("premium", *served),
        "begins tomorrow": ("level_0", *asked),
        "changes today": ("premium", *served),
        "changes tomorrow": ("standard", *served),
        "another agreement": ("level_0", *served),
        "none": ("level_0", *asked),
    }


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)
