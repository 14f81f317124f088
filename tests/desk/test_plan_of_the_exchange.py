"""The plan that Asterisk follows while we are away: who rings in which hours, for two weeks ahead."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ari_app.config import FallbackSettings, Settings
from ari_app.desk import Desk
from ari_app.fallback.export import PlanExport
from ari_app.fallback.plan import Period, calamity_periods, desk_periods, good_until
from routing.rota import Duty, Engineer
from tests.desk.conftest import MONDAY_10

FENNA = Engineer(1, "Fenna Fictief", ("+31612345001",))
BRAM = Engineer(2, "Bram Bedacht", ("+31612345002", "+31612345009"))
HOUR = timedelta(hours=1)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return tmp_path / "fallback.plan"


def rows(plan: Path) -> list[list[str]]:
    return [line.split("|") for line in plan.read_text().splitlines()[1:]]


def local(epoch: str) -> str:
    return f"{datetime.fromtimestamp(int(epoch), UTC):%a %d-%m %H:%M}"


async def test_it_names_the_engineers_of_the_calamity_hours_of_two_weeks(
    desk: Desk, settings: Settings, plan: Path
) -> None:
    await PlanExport(desk, settings, plan).export(MONDAY_10)

    calamity = [row for row in rows(plan) if row[2] == "calamity"]
    assert {(local(row[0])[-5:], local(row[1])[-5:]) for row in calamity} == {("06:30", "07:30"), ("07:30", "11:00")}
    assert len({row[0] for row in calamity}) == len(calamity) > 0
    assert all(phone.split(":")[1].isdigit() for row in calamity for phone in row[3:])


async def test_it_names_the_desk_in_phone_hours(desk: Desk, settings: Settings, plan: Path) -> None:
    await PlanExport(desk, settings, plan).export(MONDAY_10)

    phone = [row for row in rows(plan) if row[2] == "phone"]
    assert len(phone) == 11  # this Monday from now on, two weeks of weekdays, and the morning of the last Monday
    assert phone[0][3:] == ["PJSIP/desk-1", "PJSIP/desk-2"]


async def test_it_is_written_at_a_change_and_every_hour(desk: Desk, settings: Settings, plan: Path) -> None:
    export = PlanExport(desk, settings, plan)

    written = [await export.export(MONDAY_10 + after) for after in (0 * HOUR, HOUR / 60, HOUR / 2, HOUR, HOUR * 1.1)]
    plan.unlink()
    written.append(await export.export(MONDAY_10 + HOUR * 1.2))

    assert written == [True, False, False, True, False, True]


async def test_it_says_until_when_it_may_be_followed(desk: Desk, settings: Settings, plan: Path) -> None:
    await PlanExport(desk, settings, plan).export(MONDAY_10)

    assert good_until(plan.read_text()) == MONDAY_10 + timedelta(days=7)
    assert good_until("no plan") is None


async def test_an_exchange_that_must_not_ring_gets_an_empty_plan(desk: Desk, settings: Settings, plan: Path) -> None:
    silent = settings.model_copy(update={"fallback": FallbackSettings(rings=False)})

    await PlanExport(desk, silent, plan).export(MONDAY_10)

    assert rows(plan) == []


def test_a_period_is_cut_where_the_duty_changes_hands() -> None:
    duties = [Duty(FENNA, MONDAY_10 - HOUR, MONDAY_10 + HOUR), Duty(BRAM, MONDAY_10 + HOUR, MONDAY_10 + 9 * HOUR)]

    periods = calamity_periods(duties, [(MONDAY_10, MONDAY_10 + 3 * HOUR)])

    assert periods == [
        Period(MONDAY_10, MONDAY_10 + HOUR, "calamity", ("1:31612345001",)),
        Period(MONDAY_10 + HOUR, MONDAY_10 + 3 * HOUR, "calamity", ("2:31612345002", "2:31612345009")),
    ]


def test_hours_without_anybody_on_duty_are_left_out() -> None:
    assert calamity_periods([], [(MONDAY_10, MONDAY_10 + HOUR)]) == []


@pytest.mark.parametrize(
    "number", ["", "112", "+31612345001@evil", "PJSIP/1", "+3161234&5001", "+31900123456", "+32470000000"]
)
def test_what_is_no_number_is_never_in_the_plan(number: str) -> None:
    duty = Duty(Engineer(3, "Sanne Schijn", (number,)), MONDAY_10, MONDAY_10 + HOUR)

    assert calamity_periods([duty], [(MONDAY_10, MONDAY_10 + HOUR)]) == []


@pytest.mark.parametrize("endpoint", ["PJSIP/06@trunk", "Local/1@x", "PJSIP/desk-1|x", "desk-1", ""])
def test_a_desk_phone_is_an_endpoint_of_ours(endpoint: str) -> None:
    with pytest.raises(ValueError, match=r"line\.desk_endpoints"):
        desk_periods([endpoint], False, [(MONDAY_10, MONDAY_10 + HOUR)])


def test_phones_that_ring_together_are_one_turn() -> None:
    [period] = desk_periods(["PJSIP/desk-1", "PJSIP/desk-2"], True, [(MONDAY_10, MONDAY_10 + HOUR)])

    assert period.phones == ("PJSIP/desk-1&PJSIP/desk-2",)
    assert desk_periods([], True, [(MONDAY_10, MONDAY_10 + HOUR)]) == []
