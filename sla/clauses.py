"""Where a rule stands in the agreement's text. Results name a rule by its id only; this is where ids become lines."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

RULE_ID = re.compile(r"\b(?:R-\d{3}[a-c]?|A-\d{2})\b")
_LINES = re.compile(r"L\d+(?:-\d+)?(?:, L\d+(?:-\d+)?)*")


@dataclass(frozen=True, slots=True)
class Clause:
    """`rule` is R-nnn, or A-nn for a reading of ours of a doubtful text; `lines` is "L52-62, L88", lines of `document`,
    which is its title and version."""

    rule: str
    lines: str
    document: str

    def __str__(self) -> str:
        return f"{self.rule}, {self.lines}, {self.document}"


def parse_clauses(spec: Mapping[str, object], document: str) -> dict[str, Clause]:
    """From ids and their lines. ValueError names every mistake at once."""
    mistakes = [
        f"{rule} = {lines!r}: write it as R-013 = 'L52-62'"
        for rule, lines in spec.items()
        if not RULE_ID.fullmatch(rule) or not isinstance(lines, str) or not _LINES.fullmatch(lines)
    ]
    if mistakes:
        raise ValueError("; ".join(mistakes))
    return {rule: Clause(rule, str(lines), document) for rule, lines in spec.items()}
