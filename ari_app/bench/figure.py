"""One measured figure."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """`ratio` is value divided by the value of `against`, both measured in this run; None when nothing stands beside it."""

    bench: str
    figure: str
    value: float
    unit: str
    against: str = ""
    ratio: float | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "bench": self.bench,
            "figure": self.figure,
            "value": round(self.value, 3),
            "unit": self.unit,
            "against": self.against or None,
            "ratio": None if self.ratio is None else round(self.ratio, 3),
        }
