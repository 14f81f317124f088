"""What `meldlijn bench` prints, and how it refuses. The benches themselves are run by hand: `make bench`."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ari_app.bench.benches import BENCHES, Bench, chosen
from ari_app.bench.capacity import Climb, climb, close_in
from ari_app.bench.figure import BenchFailed, Figure, compared, percentiles
from ari_app.bench.sipp import Load, place_load
from ari_app.cli import app

KEYS = ["bench", "figure", "value", "unit", "against", "ratio", "bar", "met"]


@pytest.fixture
def quick_bench(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A bench that is over at once takes the place of the real ones; the list tells where it worked."""
    places = []

    async def run(scratch: Path) -> AsyncIterator[Figure]:
        places.append(scratch)
        (scratch / "left-over").write_text("a bench does not clean up after itself")
        yield compared("quick", "CPU per call", 6.0, "ms", "the bare loop", 4.0)
        yield Figure("quick", "calls", 200, "calls")

    monkeypatch.setattr("ari_app.bench.benches.BENCHES", {"quick": Bench("over at once", run)})
    return places


def test_a_ratio_is_the_value_divided_by_what_stands_beside_it() -> None:
    figure = compared("calls", "CPU per call", 6.0, "ms", "the bare loop", 4.0)

    assert (figure.value, figure.against, figure.ratio) == (6.0, "the bare loop", 1.5)


def test_beside_nothing_there_is_no_ratio() -> None:
    assert compared("calls", "CPU per call", 6.0, "ms", "the bare loop", 0.0).ratio is None


def test_a_figure_is_one_flat_json_object() -> None:
    printed = Figure("calls", "calls placed", 200, "calls").to_json()

    assert list(printed) == KEYS
    assert printed["against"] is None
    assert printed["ratio"] is None


def test_waits_are_told_as_the_usual_one_and_the_one_in_a_hundred() -> None:
    usual, rare = percentiles("calls", "wait", [0.001] * 98 + [0.5] * 2)

    assert (usual.figure, usual.value, usual.unit) == ("wait, p50", pytest.approx(1.0), "ms")
    assert (rare.figure, rare.value) == ("wait, p99", pytest.approx(500.0))


def test_no_waits_give_no_figures() -> None:
    assert percentiles("calls", "wait", []) == []


def test_without_a_name_all_benches_run() -> None:
    assert chosen([]) == BENCHES


def test_a_name_that_is_no_bench_is_refused_with_the_names_that_are() -> None:
    with pytest.raises(BenchFailed) as refused:
        chosen(["voicemail_call"])

    assert "voicemail_call" in str(refused.value)
    assert all(name in str(refused.value) for name in BENCHES)


def test_the_command_refuses_an_unknown_bench_in_one_line() -> None:
    ran = CliRunner().invoke(app, ["bench", "--only", "nonsense"])

    assert ran.exit_code == 1
    assert "nonsense" in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1
    assert ran.stdout == ""


def test_the_command_lists_its_benches() -> None:
    ran = CliRunner().invoke(app, ["bench", "--list"])

    assert ran.exit_code == 0
    assert all(name in ran.stdout for name in BENCHES)


def test_with_json_each_figure_is_one_line_on_stdout(quick_bench: list[Path]) -> None:
    ran = CliRunner().invoke(app, ["bench", "--json"])

    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [list(line) for line in lines] == [KEYS, KEYS]
    assert lines[0]["ratio"] == 1.5


def test_without_json_people_see_a_table(quick_bench: list[Path]) -> None:
    ran = CliRunner().invoke(app, ["bench"], env={"COLUMNS": "160"})

    assert "CPU per call" in ran.stdout
    assert "1.50" in ran.stdout


def test_what_a_bench_made_is_removed(quick_bench: list[Path], tmp_path: Path) -> None:
    CliRunner().invoke(app, ["bench", "--json", "--home", str(tmp_path / "benches")])

    (scratch,) = quick_bench
    assert scratch.parent == tmp_path / "benches"
    assert not scratch.exists()


async def test_without_sipp_the_bench_says_which_package_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BenchFailed, match="sip-tester"):
        await place_load(Load(1, 1, 1), to=("127.0.0.1", 9), from_ip="127.0.0.1", folder=tmp_path)


class Stairs(Climb):
    """A side that carries a known rate and no more."""

    def __init__(self, carries: float) -> None:
        super().__init__("stairs", None, Path())  # type: ignore[arg-type]
        self.most = carries
        self.tried: list[float] = []

    async def _lost_at(self, rate: float) -> int:
        self.tried.append(rate)
        return int(rate > self.most)


async def test_each_side_climbs_until_it_loses_a_call_three_times() -> None:
    low, high = Stairs(10), Stairs(17)

    await climb([low, high], ends_at=float("inf"))

    assert (low.best, low.worst, low.tried) == (10, 14, [10, 14, 14, 14])
    assert (high.best, high.worst, high.tried) == (14, 18, [10, 14, 18, 18, 18])


async def test_then_each_side_is_closed_in_to_half_a_call_a_second() -> None:
    low, high = Stairs(10.2), Stairs(17.6)
    low.best, low.worst, high.best, high.worst = 10, 14, 14, 18

    await close_in([low, high], ends_at=float("inf"))

    assert (low.best, low.worst, low.tried) == (10, 10.5, [12, 12, 12, 11, 11, 11, 10.5, 10.5, 10.5])
    assert (high.best, high.worst, high.tried) == (17.5, 18, [16, 17, 17.5])


async def test_when_the_time_is_over_no_new_rate_is_begun() -> None:
    side = Stairs(1000)

    await climb([side], ends_at=0)

    assert side.tried == []
