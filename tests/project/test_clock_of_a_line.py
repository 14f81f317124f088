"""What time a line thinks it is: the system's, or in demo mode what one small file says."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ari_app.clock import ClockDamaged, DemoClock, ShiftedClock, SystemClock, read_demo_shift, set_demo_clock

SATURDAY = datetime(2030, 11, 23, 8, 10, tzinfo=UTC)
A_MOMENT = timedelta(minutes=1)


def test_a_line_in_service_has_the_real_time_in_utc() -> None:
    now = SystemClock().now()

    assert abs(now - datetime.now(UTC)) < A_MOMENT  # noqa: TID251
    assert now.utcoffset() == timedelta(0)


def test_the_demo_clock_has_the_real_time_until_somebody_sets_it(tmp_path: Path) -> None:
    clock = DemoClock(tmp_path / "clock.json")

    assert abs(clock.now() - SystemClock().now()) < A_MOMENT


def test_the_demo_clock_goes_on_from_the_moment_that_was_set(tmp_path: Path) -> None:
    clock = DemoClock(tmp_path / "clock.json")

    set_demo_clock(tmp_path / "clock.json", SATURDAY)

    first, second = clock.now(), clock.now()
    assert SATURDAY <= first < second < SATURDAY + A_MOMENT


def test_the_demo_clock_follows_its_file(tmp_path: Path) -> None:
    clock = DemoClock(tmp_path / "clock.json")
    set_demo_clock(tmp_path / "clock.json", SATURDAY)
    clock.now()

    set_demo_clock(tmp_path / "clock.json", SATURDAY + timedelta(days=2))

    assert clock.now() - SATURDAY - timedelta(days=2) < A_MOMENT


def test_the_demo_clock_goes_back_to_real_time(tmp_path: Path) -> None:
    clock = DemoClock(tmp_path / "clock.json")
    set_demo_clock(tmp_path / "clock.json", SATURDAY)

    set_demo_clock(tmp_path / "clock.json", None)

    assert abs(clock.now() - SystemClock().now()) < A_MOMENT


def test_a_call_keeps_its_clock_when_the_line_is_set_to_another_day(tmp_path: Path) -> None:
    clock = DemoClock(tmp_path / "clock.json")
    set_demo_clock(tmp_path / "clock.json", SATURDAY)
    of_the_call = clock.pinned()

    set_demo_clock(tmp_path / "clock.json", SATURDAY + timedelta(days=7))

    assert of_the_call.now() - SATURDAY < A_MOMENT
    assert of_the_call.pinned() is of_the_call


def test_a_clock_of_a_line_in_service_needs_no_pinning() -> None:
    clock = SystemClock()

    assert clock.pinned() is clock


def test_a_shifted_clock_runs_at_its_distance() -> None:
    clock = ShiftedClock(timedelta(days=-1))

    assert abs(SystemClock().now() - clock.now() - timedelta(days=1)) < A_MOMENT


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"shift": 1}', '{"shift_seconds": "soon"}', '{"shift_seconds": 1e400}']
)
def test_a_damaged_clock_file_is_reported_once_and_real_time_counts(tmp_path: Path, text: str) -> None:
    (tmp_path / "clock.json").write_text(text)
    clock = DemoClock(tmp_path / "clock.json")

    with capture_logs() as logs:
        times = [clock.now(), clock.now()]

    assert all(abs(now - SystemClock().now()) < A_MOMENT for now in times)
    assert [entry["action"] for entry in logs] == ["clock_damaged"]
    assert "clock.json" in logs[0]["why"]


def test_a_damaged_clock_file_can_be_asked_about(tmp_path: Path) -> None:
    (tmp_path / "clock.json").write_text("?")

    with pytest.raises(ClockDamaged, match=r"clock\.json holds no shift .* Remove it"):
        read_demo_shift(tmp_path / "clock.json")


def test_a_clock_file_that_was_mended_counts_again(tmp_path: Path) -> None:
    (tmp_path / "clock.json").write_text("?")
    clock = DemoClock(tmp_path / "clock.json")
    with capture_logs():
        clock.now()

    set_demo_clock(tmp_path / "clock.json", SATURDAY)
    os.utime(tmp_path / "clock.json", (1, 1))

    assert clock.now() - SATURDAY < A_MOMENT
