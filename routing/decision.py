"""Where a call goes, and why. Pure: the moment, the caller, the agreed hours and the rota are arguments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from routing.caller import Caller
from routing.rota import Engineer


class OpeningHours(Protocol):
    """The two questions that routing asks of the agreed hours (half-open: closing time is closed)."""

    def is_phone_time(self, at: datetime) -> bool:
        """The desk takes calls (R-075a)."""

    def is_calamity_time(self, at: datetime) -> bool:
        """The calamity line is open (R-050)."""


@dataclass(frozen=True, slots=True)
class ToDesk:
    """The desk's phones ring."""

    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToOnDuty:
    """The engineers on duty are rung one after another; each must press 1."""

    engineers: tuple[Engineer, ...]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToVoicemail:
    """The caller leaves a message; `announcement` is the prompt that says why."""

    announcement: str
    why: tuple[str, ...]


Route = ToDesk | ToOnDuty | ToVoicemail


def decide(now: datetime, caller: Caller, hours: OpeningHours, on_duty: Sequence[Engineer]) -> Route:
    """The route of a call that is answered at `now`. The window at this moment governs the whole call (A-26)."""
    if hours.is_phone_time(now):
        return ToDesk(why=("Binnen de telefonische meldtijden: de servicedesk neemt op (R-075a).",))
    if hours.is_calamity_time(now):
        return _calamity_line(caller, on_duty)
    return ToVoicemail(
        announcement="closed-hours",
        why=("Buiten de telefonische meldtijden en de calamiteitentijden: inspreken (R-075b, A-18).",),
    )


def _calamity_line(caller: Caller, on_duty: Sequence[Engineer]) -> Route:
    opened = "Binnen de calamiteitentijden (R-050)."
    if not caller.is_looked_up:
        return ToVoicemail(announcement="sorry-error", why=(opened, caller.why))
    if not caller.has_sla:
        refused = "Alleen voor klanten met een SLA: niet doorverbonden, wel inspreken (R-051, A-10)."
        return ToVoicemail(announcement="calamity-no-sla", why=(opened, caller.why, refused))
    if not on_duty:
        nobody = "Er staat niemand in het rooster: inspreken."
        return ToVoicemail(announcement="calamity-nobody-free", why=(opened, caller.why, nobody))
    order = ", ".join(engineer.name for engineer in on_duty)
    return ToOnDuty(tuple(on_duty), why=(opened, caller.why, f"Dienstdoende engineers, in belvolgorde: {order}."))
