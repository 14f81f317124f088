"""What the doctor found."""

from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["ok", "warning", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. `remedy` is what to do about a fault or a warning, in words a tired person can follow.

    A warning is no fault: calls are taken, but a person should look.
    """

    name: str
    level: Level
    found: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        return self.level != "fault"

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "ok": self.ok, "level": self.level, "found": self.found, "remedy": self.remedy}


def well(name: str, found: str) -> Finding:
    return Finding(name, "ok", found)


def warning(name: str, found: str, remedy: str) -> Finding:
    return Finding(name, "warning", found, remedy)


def fault(name: str, found: str, remedy: str) -> Finding:
    return Finding(name, "fault", found, remedy)
