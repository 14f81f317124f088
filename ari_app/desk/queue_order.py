"""In which order work is taken (R-073, A-16). Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sla.terms import Category, Kind

#: Behind every moment that a clock knows: a ticket without a deadline waits behind those with one.
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """What the place of a ticket follows from. `level_order` 0 goes first; `category` is the one that counts now; None
    for what has none (a service request). `is_urgent`: an urgent message that nobody claimed."""

    level_order: int
    kind: Kind
    category: Category | None
    due_at: datetime | None
    reported_at: datetime
    is_urgent: bool = False


def queue_key(place: QueuePlace, order: Literal["level", "deadline"]) -> tuple[bool, int, int, datetime, datetime]:
    """Sort by this: urgent first, level, category (III first, requests last), deadline, received; by setting the deadline
    before level and category."""
    due, waits = place.due_at or _NEVER, not place.is_urgent
    if order == "deadline":
        return waits, 0, 0, due, place.reported_at
    is_disturbance = place.kind in (Kind.INCIDENT, Kind.CALAMITY)
    gravity = place.category.gravity if place.category is not None and is_disturbance else 0
    return waits, place.level_order, -gravity, due, place.reported_at
