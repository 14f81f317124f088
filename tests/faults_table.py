"""docs/faults.md: its rows, and the seconds that the tests in it measured."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).parents[1] / "docs" / "faults.md"
#: | fault | what the caller hears | what is kept | seconds | test |
_ROW = re.compile(
    r"^\| (?P<fault>[^|]+) \| (?P<hears>[^|]+) \| (?P<kept>[^|]+) \| (?P<seconds>[^|]*) \| `(?P<test>[^`|]+)` \|$"
)


@dataclass(frozen=True)
class Fault:
    """A row. `test`: a node of pytest, from `tests/` on, with or without its parameters."""

    fault: str
    hears: str
    kept: str
    seconds: str
    test: str

    def is_shown_by(self, node: str) -> bool:
        return node == self.test or node.split("[")[0] == self.test


def faults() -> list[Fault]:
    rows = (_ROW.match(line) for line in TABLE.read_text().splitlines())
    return [Fault(**{name: text.strip() for name, text in row.groupdict().items()}) for row in rows if row]


def write_seconds(measured: Mapping[str, float]) -> None:
    """Puts what was measured, by node, into the rows; the slowest where a row has several tests."""
    lines = []
    for line in TABLE.read_text().splitlines():
        if row := _ROW.match(line):
            fault = Fault(**{name: text.strip() for name, text in row.groupdict().items()})
            took = [seconds for node, seconds in measured.items() if fault.is_shown_by(node)]
            if took:
                start, end = row.span("seconds")
                line = f"{line[:start]}{_shown(max(took))}{line[end:]}"
        lines.append(line)
    TABLE.write_text("\n".join(lines) + "\n")


def _shown(seconds: float) -> str:
    return f"{seconds:.1f}" if seconds >= 1 else f"{seconds:.2f}"
