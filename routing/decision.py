"""Where a call goes, and why. Pure: the moment, the caller, the agreed hours, the rota and the policy are arguments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol

from routing.caller import Caller, Pin
from routing.rota import Engineer


class OpeningHours(Protocol):
    """The questions that routing asks of the agreed hours (half-open: closing time is closed)."""

    def is_phone_time(self, at: datetime) -> bool:
        """The desk takes calls (R-075a)."""

    def is_calamity_time(self, at: datetime) -> bool:
        """The calamity line is open (R-050)."""

    def is_service_time(self, at: datetime) -> bool:
        """Reports are worked on (R-044)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How the doubts of the agreement are read for a call, and what the line itself asks."""

    #: Who has no SLA in calamity hours (A-10).
    no_sla: Literal["refuse", "ask", "allow"] = "refuse"
    #: Excluded and cost-bearing customers prove who they are (A-25).
    pin_for_costs_or_exclusion: bool = True
    #: Everybody does.
    pin_for_all: bool = False
    #: The literal reading of R-075b (A-18).
    voicemail_only_in_service_hours: bool = False
    #: Euro per hour without an SLA; None = not given yet (A-03).
    hourly_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ToDesk:
    """The desk's phones ring."""

    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskPin:
    """Customer number and PIN first; then this is decided again."""

    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskCosts:
    """Not under an SLA: the engineers ring once the caller agreed to the costs (R-052, A-10)."""

    engineers: tuple[Engineer, ...]
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
    #: What an SLA would have spared is said too (R-052).
    tells_costs: bool = False


@dataclass(frozen=True, slots=True)
class ToNobody:
    """No call and no message: `announcement` is the prompt that says by which way a report can be made."""

    announcement: str
    why: tuple[str, ...]


Route = ToDesk | AskPin | AskCosts | ToOnDuty | ToVoicemail | ToNobody


def decide(
    now: datetime, caller: Caller, hours: OpeningHours, on_duty: Sequence[Engineer], policy: Policy | None = None
) -> Route:
    """The route of a call that is answered at `now`. The window at this moment governs the whole call (A-26)."""
    policy = policy or Policy()
    if hours.is_phone_time(now):
        return ToDesk(why=("Binnen de telefonische meldtijden: de servicedesk neemt op (R-075a).",))
    if hours.is_calamity_time(now):
        return _calamity_line(caller, on_duty, policy)
    closed = "Buiten de telefonische meldtijden en de calamiteitentijden"
    if policy.voicemail_only_in_service_hours and not hours.is_service_time(now):
        return ToNobody("closed-mail", why=(f"{closed}: inspreken kan alleen binnen de servicetijden (R-075b, A-18).",))
    return ToVoicemail(announcement="closed-hours", why=(f"{closed}: inspreken (R-075b, A-18).",))


def _calamity_line(caller: Caller, on_duty: Sequence[Engineer], policy: Policy) -> Route:
    why = ("Binnen de calamiteitentijden (R-050).", caller.why)
    if not caller.is_looked_up:
        return ToVoicemail(announcement="sorry-error", why=why)
    if caller.pin == Pin.NOT_ASKED and (reason := _why_pin(caller, policy)):
        return AskPin(why=(*why, reason))
    if caller.excluded:
        excluded = "Uitgesloten van de calamiteitenlijn: niet doorverbonden, wel inspreken (R-057, A-12)."
        return ToVoicemail(announcement="calamity-excluded", why=(*why, excluded))
    if caller.has_sla and not caller.is_unproven:
        return _ring(why, on_duty)
    return _without_sla(why, on_duty, policy)


def _why_pin(caller: Caller, policy: Policy) -> str:
    """Dutch; empty when the number is enough."""
    if policy.pin_for_all:
        return "Deze lijn vraagt iedereen om klantnummer en pincode (A-25)."
    if caller.requires_pin:
        return "Deze klant wil dat altijd om de pincode wordt gevraagd (A-25)."
    if caller.is_doubted:
        return "Het netwerk twijfelt aan dit nummer: klantnummer en pincode gevraagd (A-25)."
    if caller.excluded:
        why = "Uitgesloten, en een nummer kan vervalst zijn: klantnummer en pincode gevraagd (A-25)."
        return why if policy.pin_for_costs_or_exclusion else ""
    if caller.has_sla:
        return ""
    if caller.is_known and policy.no_sla != "refuse" and not policy.pin_for_costs_or_exclusion:
        return ""
    return "Het nummer geeft geen SLA: klantnummer en pincode gevraagd (A-25)."


def _without_sla(why: tuple[str, ...], on_duty: Sequence[Engineer], policy: Policy) -> Route:
    if policy.no_sla == "refuse":
        refused = "Alleen voor klanten met een SLA: niet doorverbonden, wel inspreken (R-051, A-10)."
        return ToVoicemail("calamity-no-sla", why=(*why, refused), tells_costs=True)
    if policy.no_sla == "ask" and policy.hourly_rate is None:
        unknown = (
            "Zonder tarief voor bellers zonder SLA kan niemand met kosten instemmen: niet doorverbonden (A-03, A-10)."
        )
        return ToVoicemail("calamity-no-sla", why=(*why, unknown))
    route = _ring(why, on_duty)
    if isinstance(route, ToVoicemail):
        return route
    if policy.no_sla == "ask":
        return AskCosts(route.engineers, why=(*route.why, "Zonder SLA: eerst instemmen met de kosten (R-052, A-10)."))
    charged = "Zonder SLA toch doorverbonden: de tijd wordt berekend (R-052, A-10)."
    return ToOnDuty(route.engineers, why=(*route.why, charged))


def _ring(why: tuple[str, ...], on_duty: Sequence[Engineer]) -> ToOnDuty | ToVoicemail:
    if not on_duty:
        return ToVoicemail("calamity-nobody-free", why=(*why, "Er staat niemand in het rooster: inspreken."))
    order = ", ".join(engineer.name for engineer in on_duty)
    return ToOnDuty(tuple(on_duty), why=(*why, f"Dienstdoende engineers, in belvolgorde: {order}."))
