"""Who is on duty at a moment, in the order in which their phones ring. Overrides win."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Engineer:
    """An engineer of ours (dienstdoende engineer). `numbers` in E.164, the first rings first; `line` 1, 2 or 3 (R-142)."""

    id: int
    name: str
    numbers: tuple[str, ...]
    line: int = 1

    @property
    def number(self) -> str:
        """The phone that rings first; "" without one."""
        return next(iter(self.numbers), "")


@dataclass(frozen=True, slots=True)
class Duty:
    """`engineer` is on duty in [starts_at, ends_at), aware UTC; position 1 rings first."""

    engineer: Engineer
    starts_at: datetime
    ends_at: datetime
    position: int = 1
    is_override: bool = False


def on_duty(duties: Iterable[Duty], at: datetime) -> tuple[Engineer, ...]:
    """The engineers to ring at `at`, first one first, nobody twice. An override takes the place of the same position."""
    present = [duty for duty in duties if duty.starts_at <= at < duty.ends_at]
    overridden = {duty.position for duty in present if duty.is_override}
    chosen = [duty for duty in present if duty.is_override or duty.position not in overridden]
    ordered = sorted(chosen, key=lambda duty: (duty.position, duty.starts_at))
    return tuple({duty.engineer.id: duty.engineer for duty in ordered}.values())
