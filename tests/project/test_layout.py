"""What must not creep in: machine paths, package hosts, files too long to read, unfinished work."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
#: Written in pieces, so that this file does not find itself.
FORBIDDEN = {
    "a path of somebody's machine": "|".join(
        (r"(?<![\w./-])/" + r"work/", r"(?<![\w./-])/" + r"farm\b", "/home/" + r"[a-z]+/")
    ),
    "a host of a package registry": "|".join(
        (
            r"pypi\." + "org",
            "files" + r"\.pythonhosted",
            r"deb\.debian\." + "org",
            r"registry\.npm" + "js",
            r"crates\." + r"io\b",
        )
    ),
    "unfinished work": "|".join((r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bXX" + r"X\b")),
    "two versions of one place": "(?m:^)" + "(?:<" + "{7} |>" + "{7} )",
    "a secret": "|".join(("BEGIN [A-Z ]*PRIVATE " + "KEY", "AKIA" + "[0-9A-Z]{16}", "ghp_" + "[A-Za-z0-9]{30}")),
}
#: Reading these from top to bottom is nobody's work.
MAY_BE_LONG = ("ari_app/store/migrations/", "ari_app/store/tables.py", "tests/")
LONGEST = 400


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True).stdout
    return [PROJECT / name for name in listed.decode().split("\0") if name and (PROJECT / name).is_file()]


def text_files() -> list[tuple[str, str]]:
    found = []
    for file in tracked():
        content = file.read_bytes()
        if b"\0" not in content:
            found.append((str(file.relative_to(PROJECT)), content.decode("utf-8", errors="replace")))
    return found


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    found = [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in text_files()
        if re.search(FORBIDDEN[what], text)
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(FORBIDDEN[what], line)
    ]

    assert found == []


def test_no_program_file_is_too_long_to_read() -> None:
    lengths = {name: text.count("\n") for name, text in text_files() if name.endswith(".py")}

    assert {
        name: lines for name, lines in lengths.items() if lines > LONGEST and not name.startswith(MAY_BE_LONG)
    } == {}


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    pattern = r"mark\.(skip|xfail)|pytest\.(skip|xfail)\(|except[^\n]*:\s*pass\b"

    assert [name for name, text in text_files() if name.endswith(".py") and re.search(pattern, text)] == []


def test_file_names_of_tests_are_unique() -> None:
    names = [file.name for file in tracked() if file.name.startswith("test_") and file.suffix == ".py"]

    assert sorted(names) == sorted(set(names))


def test_the_top_holds_what_the_customer_named() -> None:
    named = {
        "ari_app", "transcription", "routing", "sla", "dialplan", "tests", "docs",
        "Makefile", "docker-compose.yml", "pyproject.toml", "README.md", "CHANGELOG.md",
    }  # fmt: skip
    top = {file.relative_to(PROJECT).parts[0] for file in tracked()}

    assert {name for name in top if not name.startswith(".")} - named <= {"LICENSE"}


def test_the_layers_of_the_architecture_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")

    judged = subprocess.run([program, "--no-cache"], cwd=PROJECT, capture_output=True, text=True, check=False)

    assert judged.returncode == 0, judged.stdout[-3000:]
