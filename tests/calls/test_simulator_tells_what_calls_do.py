"""The simulator against the line: the same people call at the same moments, on the same database, and the same must happen."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest

from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.explanation import Explanation
from ari_app.desk.maintenance_words import Notice
from ari_app.desk.no_calamities import Who
from ari_app.desk.opening import NewTicket
from ari_app.desk.opening_days import Holiday
from ari_app.desk.rota_swaps import Period
from ari_app.flows.open_call import Surroundings
from ari_app.flows.surroundings import surroundings
from ari_app.simulator.simulator import Behaviour, Simulator
from ari_app.simulator.virtual_time import run_virtually
from ari_app.store.contract_tables import ExclusionScope
from ari_app.store.database import Store
from ari_app.store.seed_demo import seed_demo
from ari_app.store.tables import Role, TicketSource
from routing.rota import Duty
from sla.terms import Kind
from tests.calls.fake_world import FakeWorld
from tests.calls.line import SETTINGS, Line, ScenarioClock
from tests.calls.people import ACCEPTS, BUSY, DECLINES, PICKS_UP, VOICEMAIL_BOX
from tests.calls.scenario import Caller, Outcome, Person
from tests.fakes.fast_time import fast_time

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ILSE = Actor("ilse", Role.SUPERVISOR)
PREMIUM, STANDARD, NO_SLA, EXCLUDED = "0850004120", "0850004130", "0850004140", "0850004150"
UNKNOWN, ANONYMOUS, ABROAD, SHORT, FENNA = "0612345678", "", "0032470000000", "112", "0612345001"
ON_DUTY = ("Fenna Fictief", "Bram Bedacht", "Sanne Schijn")
PIN, WRONG_PIN = "802175", "99"
MONDAY, EARLY, SATURDAY, NIGHT = "2026-11-23T10:00", "2026-11-23T07:40", "2026-11-21T09:10", "2026-11-23T20:15"


@dataclass(frozen=True)
class Case:
    """One call. `keys` as the simulator is given them, `presses` what the caller of the line presses at which prompt."""

    number: str
    at: str
    keys: str = ""
    presses: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    engineers: Any = "no-answer"
    desk: Any = "no-answer"
    after_message: Literal["hang_up", "#"] = "hang_up"


def with_pin(number: str, at: str, customer: int, pin: str, **does: Any) -> Case:
    """Customer number and PIN, once."""
    presses = {"pin-customer-number": (f"{customer}#",), "pin-code": (f"{pin}#",)}
    return Case(number, at, f"{customer}#{pin}#", presses, **does)


CASES = {
    "phone hours": Case(PREMIUM, MONDAY),
    "phone hours, the desk answers": Case(PREMIUM, MONDAY, desk="answer"),
    "phone hours without an SLA": Case(NO_SLA, MONDAY),
    "phone hours, unknown": Case(UNKNOWN, MONDAY),
    "phone hours, anonymous": Case(ANONYMOUS, MONDAY, desk="answer"),
    "phone hours, excluded of the calamity line": Case(EXCLUDED, MONDAY, desk="answer"),
    "the minute before the phones open": Case(STANDARD, "2026-11-23T08:29"),
    "the phones open": Case(STANDARD, "2026-11-23T08:30"),
    "the last minute of phone hours": Case(STANDARD, "2026-11-23T17:29", desk="answer"),
    "the phones close": Case(STANDARD, "2026-11-23T17:30"),
    "calamity hours of a weekday": Case(STANDARD, EARLY),
    "calamity hours of a weekday, accepted": Case(STANDARD, EARLY, engineers="accept"),
    "calamity hours of a weekday, declined": Case(STANDARD, EARLY, engineers="decline"),
    "Saturday": Case(STANDARD, SATURDAY),
    "Saturday, engaged": Case(STANDARD, SATURDAY, engineers="busy"),
    "Saturday, voicemail of the mobiles": Case(STANDARD, SATURDAY, engineers="voicemail-box"),
    "Saturday, the minute before it opens": Case(STANDARD, "2026-11-21T08:29"),
    "Saturday, it closes": Case(STANDARD, "2026-11-21T12:00"),
    "Sunday": Case(STANDARD, "2026-11-22T11:59", engineers="accept"),
    "Saturday without an SLA": Case(NO_SLA, SATURDAY),
    "Saturday, unknown": Case(UNKNOWN, SATURDAY),
    "Saturday, anonymous": Case(ANONYMOUS, SATURDAY),
    "Saturday, from abroad": Case(ABROAD, SATURDAY),
    "Saturday, a short number": Case(SHORT, SATURDAY),
    "Saturday, unknown with a PIN": with_pin(UNKNOWN, SATURDAY, 2, PIN, engineers="accept"),
    "Saturday, anonymous with a PIN": with_pin(ANONYMOUS, SATURDAY, 2, PIN),
    "Saturday, a wrong PIN": with_pin(UNKNOWN, SATURDAY, 2, WRONG_PIN),
    "Saturday, a customer without a PIN": with_pin(UNKNOWN, SATURDAY, 3, PIN),
    "Saturday, no such customer": with_pin(UNKNOWN, SATURDAY, 999, PIN),
    "Saturday, a customer who always gives the PIN": Case(PREMIUM, SATURDAY),
    "Saturday, and does": with_pin(PREMIUM, SATURDAY, 1, PIN, engineers="accept"),
    "Saturday, excluded": Case(EXCLUDED, SATURDAY),
    "Saturday, excluded, with the PIN of another": with_pin(EXCLUDED, SATURDAY, 2, PIN, engineers="accept"),
    "after the exclusion": Case(EXCLUDED, "2027-01-02T09:10", engineers="accept"),
    "night": Case(STANDARD, NIGHT),
    "night, the message ends with a hash": Case(STANDARD, NIGHT, keys="#", after_message="#"),
    "Christmas, approved": Case(STANDARD, "2026-12-25T10:00"),
    "Christmas, calamity hours of a weekday": Case(STANDARD, "2026-12-25T07:40", engineers="accept"),
    "New Year, not approved": Case(STANDARD, "2027-01-01T10:00"),
    "other phone hours, open": Case(STANDARD, "2026-12-24T11:59", desk="answer"),
    "other phone hours, closed": Case(STANDARD, "2026-12-24T12:00"),
    "summer time begins": Case(STANDARD, "2027-03-28T09:10", engineers="accept"),
    "the night of summer time": Case(STANDARD, "2027-03-28T03:30"),
    "winter time begins": Case(STANDARD, "2026-10-25T09:10", engineers="accept"),
    "the night of winter time": Case(STANDARD, "2026-10-25T02:30"),
    "a hole in the rota": Case(STANDARD, "2027-11-14T09:10"),
    "an override": Case(STANDARD, "2026-11-24T07:40", engineers="accept"),
    "a swap that was accepted": Case(STANDARD, "2026-11-25T07:40", engineers="accept"),
    "a swap that nobody answered": Case(STANDARD, "2026-11-26T07:40", engineers="accept"),
    "an announcement for everybody": Case(UNKNOWN, "2026-12-01T10:00"),
    "an announcement, calamity hours": Case(STANDARD, "2026-12-01T07:40", engineers="accept"),
    "an announcement for a customer": Case(STANDARD, "2026-12-02T10:00"),
    "an announcement for another customer": Case(NO_SLA, "2026-12-02T10:00"),
    "after the announcement": Case(STANDARD, "2026-12-03T10:00"),
    "a known outage, joined": Case(STANDARD, "2026-12-08T10:00", keys="1", presses={"announcement-join": "1"}),
    "a known outage, not joined": Case(STANDARD, "2026-12-08T10:00"),
    "maintenance": Case(NO_SLA, "2026-12-12T23:00"),
    "maintenance of somebody else": Case(STANDARD, "2026-12-12T23:00"),
    "after the maintenance": Case(NO_SLA, "2026-12-13T10:00"),
    "an engineer with a duty to take": Case(FENNA, "2026-11-23T07:00", keys="1", presses={"duty-call-me": "1"}),
    "an engineer who takes nothing": Case(FENNA, SATURDAY),
}  # fmt: skip


class LineInService(Line):
    """With what the service itself gives to calls; only the sounds are those of the fake world. It makes no calls by itself."""

    @property
    def _makes_calls(self) -> bool:
        return False

    def _surroundings(self) -> Surroundings:
        desk: Desk = self.desk.desk
        mine = super()._surroundings()
        own = surroundings(Settings(home=self.recordings.parent, line=self.settings), desk)
        return replace(
            own, media=mine.media, spoken_name=mine.spoken_name, recordings=mine.recordings, trunk=mine.trunk
        )


@pytest.fixture
async def line(migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LineInService]:
    """People of the two worlds differ in how fast they are: only that is evened out."""
    monkeypatch.setattr("tests.calls.line.SCENARIO_WITHIN", 600.0)
    patient = SETTINGS.model_copy(
        update={
            "ring_for_seconds": 20,
            "accept_within_seconds": 20,
            "desk_ring_for_seconds": 20,
            "key_within_seconds": 5,
        }
    )
    shutil.copy(migrated_file, tmp_path / "meldlijn.db")
    with fast_time(asyncio.get_running_loop()):
        store, clock = Store.open(Settings(home=tmp_path).database_url), ScenarioClock()
        clock.set("2026-11-20T12:00")
        try:
            desk = Desk(store, Settings(home=tmp_path, line=patient), clock)
            await seed_demo(store, clock.now())
            await _set_up(desk)
            async with FakeWorld.open(tmp_path) as world:
                one = LineInService(world, desk, clock, patient)
                await one.start()
                yield one
                await one.kill()
        finally:
            await store.close()


async def _set_up(desk: Desk) -> None:
    engineers = {one.name: one for one in await desk.rota.engineers()}
    await desk.pins.set(1, ILSE, PIN, is_required=True)
    await desk.pins.set(2, ILSE, PIN)
    await desk.exclusions.exclude(
        Who(ExclusionScope.ORGANISATION, customer_id=4), ILSE, "Belt elke zondag voor niets.", date(2026, 12, 31)
    )
    await desk.opening_days.approve([Holiday(date(2026, 12, 25), "Eerste kerstdag")], ILSE)
    await desk.opening_days.override(date(2026, 12, 24), [("08:30", "12:00")], "Kerstavond", ILSE)
    duty = Duty(engineers["Sanne Schijn"], _at("2026-11-24T07:30"), _at("2026-11-24T08:30"), 1, is_override=True)
    await desk.rota.override([duty], "Fenna is naar de tandarts.", ILSE)
    for day, is_answered in (("25", True), ("26", False)):
        given = Period(_at(f"2026-11-{day}T07:30"), _at(f"2026-11-{day}T08:30"), 1)
        swap = await desk.swaps.ask("Fenna Fictief", "Bram Bedacht", given, ILSE)
        if is_answered:
            await desk.swaps.answer(swap.number, True, ILSE)
    await _announce(desk)


async def _announce(desk: Desk) -> None:
    outage = NewTicket(Kind.INCIDENT, TicketSource.ENGINEER, "Storing bij de netwerkleverancier")
    for day, customers, ticket in (
        (1, (), None),
        (2, ("Garage Nepstra",), None),
        (8, (), await desk.open_ticket(outage, ILSE)),
    ):
        begins, ends = _at(f"2026-12-0{day}T00:00"), _at(f"2026-12-0{day}T23:00")
        text = "Er is een storing in Utrecht."
        await desk.announcements.add(text, ILSE, customers=customers, starts_at=begins, ends_at=ends, ticket=ticket)
    notice = Notice(
        "Bram Bedacht", _at("2026-12-12T22:00"), _at("2026-12-13T00:00"), 45, ("Voicemail",), "nieuwe software", (3,)
    )
    await desk.maintenance.plan(notice, ILSE)


async def test_it_tells_the_same_as_the_line_for_everybody_at_every_moment(line: LineInService, tmp_path: Path) -> None:
    told = await asyncio.to_thread(run_virtually, _explained(Settings(home=tmp_path, line=line.settings)))
    different = []
    for name, case in CASES.items():
        await line.desk.desk.announcements.read()
        caller = Caller(case.number, at=case.at, presses=case.presses, after_message=case.after_message)
        was = _was(await line.call(caller, phones=_phones(case)))
        if told[name] != was:
            different.append(f"{name}\n  told {told[name]}\n  was  {was}")
    assert different == [], "\n".join(different)


async def _explained(settings: Settings) -> dict[str, tuple[object, ...]]:
    async with Simulator.open(settings) as simulator:
        return {name: _told(await simulator.call(one.number, _at(one.at), _does(one))) for name, one in CASES.items()}


def _does(case: Case) -> Behaviour:
    return Behaviour(case.keys, case.engineers, case.desk)


def _told(one: Explanation) -> tuple[object, ...]:
    heard = [said.prompt or "spoken-name" for said in one.said if said.to == "caller"]
    return _steady(heard), [(rung.who, rung.result, rung.why) for rung in one.rings], list(one.why), one.ends_in


def _was(real: Outcome) -> tuple[object, ...]:
    report = real.report
    end = "voicemail" if report.recording else report.route
    rang = [(leg.who, leg.result, leg.why) for leg in report.legs]
    return _steady(real.heard), rang, list(report.why), end


def _steady(prompts: list[str]) -> list[str]:
    """How often a caller hears how it goes depends on how long prompts are, which is not the same in both."""
    return [one for one in prompts if one not in ("calamity-still-trying", "calamity-trying-next")]


def _phones(case: Case) -> dict[str, Person]:
    does = {"accept": ACCEPTS, "decline": DECLINES, "busy": BUSY, "voicemail-box": VOICEMAIL_BOX}
    phones = dict.fromkeys(ON_DUTY, does[case.engineers]) if case.engineers in does else {}
    return phones | ({"desk-1": PICKS_UP} if case.desk == "answer" else {})


def _at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=AMSTERDAM)
