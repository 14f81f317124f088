"""What the commands of `meldlijn rota` share: moments and deciders as people write them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from ari_app.config import Settings
    from ari_app.desk.actor import Actor
    from routing.rota import Duty

WHEN = "Such as 2026-11-21T08:30, local unless it has an offset."
PositionOption = Annotated[int, typer.Option(help="1 rings first.")]
StartOption = Annotated[str, typer.Option("--from", help=WHEN)]
EndOption = Annotated[str, typer.Option("--until", help=WHEN)]
ByOption = Annotated[str, typer.Option("--by", help="Who decides this; the name is kept with the decision.")]


def instant(settings: Settings, text: str) -> datetime:
    """Local to the agreement unless it has an offset. Raises ValueError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no moment: write it as 2026-11-21T08:30") from None
    if not 1971 <= moment.year <= 2199:
        raise ValueError(f"{text!r} is too far away: choose a moment from 1971 to 2199")
    return moment if moment.tzinfo else moment.replace(tzinfo=settings.agreement().zone)


def supervisor(name: str) -> Actor:
    """Who may use this command has the database of the line in hand: no role is asked."""
    from ari_app.desk.actor import Actor
    from ari_app.store.tables import Role

    return Actor(name, Role.SUPERVISOR)


def duty_json(duty: Duty) -> dict[str, Any]:
    return {
        "engineer": duty.engineer.name,
        "position": duty.position,
        "from": duty.starts_at.isoformat(),
        "until": duty.ends_at.isoformat(),
        "is_override": duty.is_override,
    }
