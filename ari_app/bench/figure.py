"""One measured figure, and what goes wrong when there is none."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np


class BenchFailed(Exception):
    """Nothing could be measured; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure has to reach: its ratio where it has one, else its value. Both ends count as reached."""

    least: float | None = None
    most: float | None = None

    def __str__(self) -> str:
        ends = ((">=", self.least), ("<=", self.most))
        return " ".join(f"{sign} {end:,g}" for sign, end in ends if end is not None)


@dataclass(frozen=True, slots=True)
class Figure:
    """`ratio` is value divided by the value of `against`, both measured in this run; None when nothing stands beside it."""

    bench: str
    figure: str
    value: float
    unit: str
    against: str = ""
    ratio: float | None = None
    bar: Bar | None = None

    @property
    def is_met(self) -> bool | None:
        """None: there is no bar."""
        if self.bar is None:
            return None
        reached = self.value if self.ratio is None else self.ratio
        is_enough = self.bar.least is None or reached >= self.bar.least
        return is_enough and (self.bar.most is None or reached <= self.bar.most)

    def with_bar(self, *, least: float | None = None, most: float | None = None) -> "Figure":
        return replace(self, bar=Bar(least, most))

    def to_json(self) -> dict[str, Any]:
        return {
            "bench": self.bench,
            "figure": self.figure,
            "value": round(self.value, 3),
            "unit": self.unit,
            "against": self.against or None,
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "bar": None if self.bar is None else str(self.bar),
            "met": self.is_met,
        }


def compared(bench: str, figure: str, value: float, unit: str, against: str, other: float) -> Figure:
    """`value` beside `other`, measured in the same run; without a ratio when `other` is nothing."""
    return Figure(bench, figure, value, unit, against, value / other if other else None)


def percentiles(bench: str, figure: str, seconds: Sequence[float]) -> list[Figure]:
    """p50 and p99 in milliseconds; nothing when nothing was measured."""
    if not seconds:
        return []
    return [
        Figure(bench, f"{figure}, p{percent}", float(np.percentile(seconds, percent)) * 1000, "ms")
        for percent in (50, 99)
    ]


def tell(progress: str) -> None:
    """How it goes, on stderr: stdout belongs to the figures."""
    print(f"  {progress}", file=sys.stderr, flush=True)
