"""docs/rules.md tells the truth: every rule stands in it once, its code is there, and its tests name it."""

import re
import tomllib
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "rules.md"
DATA_FILE = "voip-4.10-2023-11"
DATA = tomllib.loads((ROOT / "sla" / "agreements" / f"{DATA_FILE}.toml").read_text(encoding="utf-8"))
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if re.match(r"\| [RA]-\d", line)
]
RULES = {row[0]: row for row in ROWS if row[0].startswith("R-")}
READINGS = {row[0]: row for row in ROWS if row[0].startswith("A-")}
IMPLEMENTED = {rule: row for rule, row in RULES.items() if not row[4].startswith("not yet")}
TESTS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("*/test_*.py")}
#: As the agreement was numbered: gaps between chapters, and three rules in parts.
_CHAPTERS = ((1, 4), (10, 23), (30, 74), (76, 82), (84, 93), (100, 117), (130, 131), (140, 149))
RULE_IDS = {f"R-{number:03d}" for first, last in _CHAPTERS for number in range(first, last + 1)} | {
    f"R-{number}{part}" for number in ("075", "083") for part in "abc"
}
READING_IDS = {f"A-{number:02d}" for number in range(1, 28)}


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def is_named(rule: str, text: str) -> bool:
    """A part such as R-075b is named by its rule, R-075, too."""
    return any(re.search(rf"{form}(?![0-9a-z])", text) for form in {rule, rule.rstrip("abc")})


def find(reference: str) -> Any:
    """KeyError, ImportError or AttributeError when it is not there."""
    module, _, name = reference.partition(":")
    if module == DATA_FILE:
        return reduce(lambda table, key: table[key], name.split("."), DATA)
    found = reduce(lambda owner, part: _part(owner, part), name.split("."), import_module(module))
    assert found is not None
    return found


def _part(owner: Any, name: str) -> Any:
    """Also fields without a default, which a dataclass keeps as annotations only."""
    annotations = getattr(owner, "__annotations__", {})
    return annotations[name] if not hasattr(owner, name) and name in annotations else getattr(owner, name)


def test_every_rule_and_every_reading_stands_on_the_page_once():
    ids = [row[0] for row in ROWS]

    assert sorted(ids) == sorted(RULE_IDS | READING_IDS)


def test_every_row_is_whole():
    assert {len(row) for row in RULES.values()} == {5}
    assert {len(row) for row in READINGS.values()} == {4}


@pytest.mark.parametrize("rule", RULES)
def test_the_code_of_a_rule_is_there(rule):
    for reference in quoted(RULES[rule][3]):
        find(reference)


@pytest.mark.parametrize("rule", IMPLEMENTED)
def test_an_implemented_rule_names_its_code_and_tests_that_name_it(rule):
    _, _, _, code, tests = IMPLEMENTED[rule]

    assert quoted(code), f"{rule} has no code: name it, or write 'not yet: ...'"
    assert quoted(tests), f"{rule} has no test: name it, or write 'not yet: ...'"
    for name in quoted(tests):
        assert is_named(rule, TESTS[name]), f"{name} does not name {rule}"


@pytest.mark.parametrize("rule", sorted(set(RULES) - set(IMPLEMENTED)))
def test_what_is_not_there_yet_has_a_reason(rule):
    reason = RULES[rule][4].removeprefix("not yet: ")

    assert len(reason.split()) >= 3, f"{rule}: say which issue brings it, or why it is not for software"


@pytest.mark.parametrize("reading", READINGS)
def test_the_settings_of_a_reading_have_the_default_of_the_data_file(reading):
    for setting in quoted(READINGS[reading][2]):
        [(name, default)] = tomllib.loads(setting).items()

        assert DATA["settings"][name]["value"] == default
        assert DATA["settings"][name]["rule"] == reading


def test_every_setting_of_a_reading_stands_on_the_page():
    shown = {name for row in READINGS.values() for text in quoted(row[2]) for name in tomllib.loads(text)}

    assert shown == {name for name, setting in DATA["settings"].items() if setting["rule"].startswith("A-")}


@pytest.mark.parametrize("reading", READINGS)
def test_a_reading_names_tests_that_name_it_or_says_what_it_is(reading):
    cell = READINGS[reading][3]

    assert cell != "-", f"{reading}: name a test, or say why there is none"
    for name in (name for name in quoted(cell) if name.endswith(".py")):
        assert is_named(reading, TESTS[name]), f"{name} does not name {reading}"
