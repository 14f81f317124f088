"""How the doubts in the agreement's text are read (A-nn). Each field's default stands in the agreement's data file."""

from dataclasses import dataclass, fields, replace
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from sla.calendar import DayWindow, parse_weekly
from sla.terms import Category

#: What the data file writes where only the provider knows the value.
REQUIRED: Final = "REQUIRED_SETTING"


@dataclass(frozen=True)
class Settings:
    """Field names are the names in the data file. None = required, and not yet given."""

    change_caps_apply: Literal["both", "each", "month"]
    amounts_exclude_vat: bool
    live_call_meets_first_response: bool
    calamity_hours_count_for_calamity: bool
    resolution_starts_at: Literal["plan_recorded", "plan_executed", "first_response"]
    plan_expected_within_minutes: int
    excuse_needs_confirmation: bool
    holiday_closes_desk: bool
    holiday_stops_contract_clock: bool
    incomplete_delays_calamity: bool
    no_sla_in_calamity_hours: Literal["refuse", "ask", "allow"]
    exclusion_proposed_at: int
    exclusion_window_days: int
    exclusion_lasts_months: int
    time_on_site_starts_at: Literal["remote_impossible", "reported"]
    unpaid_renewal_is_valid: bool
    queue_order: Literal["level", "deadline"]
    #: Seven days of local windows, Monday first.
    phone_hours: tuple[tuple[DayWindow, ...], ...] | None
    voicemail_only_in_service_hours: bool
    unassessed_in_calamity_hours: Category
    unassessed_otherwise: Category
    session_gap_minutes: int
    billable_needs_approval: bool
    pin_asked_when_costs_or_exclusion: bool
    reopened_clock: Literal["continue", "restart"]
    warn_at_percent: int
    level_0_hourly_rate: Decimal | None

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of required settings that nobody has given yet."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name) is None)


SETTING_NAMES: Final = tuple(field.name for field in fields(Settings))
_BOOLS: Final = {field.name for field in fields(Settings) if field.type is bool}
_COUNTS: Final = {field.name for field in fields(Settings) if field.type is int}
_CATEGORIES: Final = {field.name for field in fields(Settings) if field.type is Category}


def changed(settings: Settings, values: dict[str, object], choices: dict[str, tuple[str, ...]]) -> Settings:
    """With the provider's own values, given as in the data file. ValueError names every mistake at once."""
    parsed: dict[str, object] = {}
    mistakes: list[str] = []
    for name, value in values.items():
        try:
            parsed[name] = parse_setting(name, value, choices.get(name))
        except ValueError as mistake:
            mistakes.append(str(mistake))
    if mistakes:
        raise ValueError("; ".join(mistakes))
    return replace(settings, **parsed)  # type: ignore[arg-type]  # parse_setting gives each field its own type


def parse_setting(name: str, value: object, choices: tuple[str, ...] | None) -> object:
    """One value in the type of its field. ValueError says what is allowed."""
    if name not in SETTING_NAMES:
        raise ValueError(f"settings.{name}: no such setting; there are {', '.join(SETTING_NAMES)}")
    if choices is not None and value not in choices:
        raise ValueError(f"settings.{name} is {value!r}: choose one of {', '.join(choices)}")
    if name in _BOOLS and not isinstance(value, bool):
        raise ValueError(f"settings.{name} is {value!r}: give true or false")
    if name in _COUNTS and not is_count(value):
        raise ValueError(f"settings.{name} is {value!r}: give a whole number, 0 or more")
    if name in _CATEGORIES:
        return Category(str(value))
    if name in {"phone_hours", "level_0_hourly_rate"}:
        return _required(name, value)
    return value


def parse_rate(value: object, where: str) -> Decimal | None:
    """Euro per hour from decimal text such as "110.00"; None for REQUIRED_SETTING. Never a float: money is exact."""
    if value == REQUIRED:
        return None
    try:
        rate = Decimal(value if isinstance(value, str) else "?")
    except InvalidOperation as cause:
        raise ValueError(f"{where} is {value!r}: write the rate as decimal text, such as '110.00'") from cause
    if not rate.is_finite() or rate <= 0 or rate != rate.quantize(Decimal("0.01")):
        raise ValueError(f"{where} is {value!r}: a rate is more than 0 and has at most two decimals")
    return rate


def is_count(value: object) -> bool:
    """A whole number, 0 or more; true and false are not."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _required(name: str, value: object) -> object:
    if value == REQUIRED:
        return None
    if name == "level_0_hourly_rate":
        return parse_rate(value, f"settings.{name}")
    try:
        return parse_weekly(value)
    except ValueError as mistake:
        raise ValueError(f"settings.{name}: {mistake}") from mistake
