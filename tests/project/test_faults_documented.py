"""docs/faults.md names tests that exist, and every test that measures a recovery stands in it."""

import re
from pathlib import Path

import pytest

from tests.faults_table import Fault, faults, write_seconds

TESTS = Path(__file__).parents[1]
#: The list of faults that the line was built for; each has a row at least.
LIST = """
hangs up, at each prompt; (486); (603); (480); (404); (302); is silent; voicemail box; press 1 at once;
presses 1 as the caller leaves; `kill -9` of the service; SIGTERM; SIGSTOP; Asterisk dies; WebSocket is cut in a prompt;
in a message; while it rings; in a talk; disk is full; without RTP; keys in a flood; malformed SIP; malformed events;
database is away"""


def functions_of(file: Path) -> set[str]:
    return set(re.findall(r"^(?:async )?def (test_\w+)", file.read_text(), re.MULTILINE))


@pytest.mark.parametrize("row", faults(), ids=lambda row: row.fault)
def test_a_row_names_a_test_that_exists(row: Fault) -> None:
    file, _, name = row.test.partition("::")

    assert name.split("[")[0] in functions_of(TESTS.parent / file)


@pytest.mark.parametrize("wanted", [" ".join(part.split()) for part in LIST.split(";")])
def test_every_fault_of_the_list_has_a_row(wanted: str) -> None:
    assert [row for row in faults() if wanted in row.fault]


def test_every_test_that_measures_a_recovery_has_a_row() -> None:
    measuring = {
        f"{file.relative_to(TESTS.parent)}::{name}"
        for file in TESTS.rglob("test_*.py")
        for name, body in re.findall(
            r"^async def (test_\w+)(.*?)(?=^\S)", file.read_text() + "\nend", re.MULTILINE | re.DOTALL
        )
        if "    recovered(" in body
    }

    assert measuring
    assert measuring <= {row.test.split("[")[0] for row in faults()}


def test_what_was_measured_lands_in_its_row_and_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "faults.md"
    table.write_text(
        "# Faults\n| cut | music | all | – | `tests/a.py::test_cut` |\n| busy | music | all | 2.0 | `tests/a.py::test_no[busy]` |\n"
    )
    monkeypatch.setattr("tests.faults_table.TABLE", table)

    write_seconds(
        {"tests/a.py::test_cut[real-1]": 0.31, "tests/a.py::test_cut[real-2]": 0.12, "tests/a.py::test_no[dead]": 9}
    )

    assert table.read_text().splitlines() == [
        "# Faults",
        "| cut | music | all | 0.31 | `tests/a.py::test_cut` |",
        "| busy | music | all | 2.0 | `tests/a.py::test_no[busy]` |",
    ]
