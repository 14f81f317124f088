"""What the doctor found."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. `remedy` is what to do about a fault, in words a tired person can follow."""

    name: str
    ok: bool
    found: str
    remedy: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "ok": self.ok, "found": self.found, "remedy": self.remedy}


def well(name: str, found: str) -> Finding:
    return Finding(name, ok=True, found=found)


def fault(name: str, found: str, remedy: str) -> Finding:
    return Finding(name, ok=False, found=found, remedy=remedy)
