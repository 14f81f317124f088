"""What the agreement asks of the settings: a version that is there, hours, a true clock, and engineers on duty."""

from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from ari_app.clock import ClockDamaged, read_demo_shift
from ari_app.config import ConfigurationError, Settings
from ari_app.desk.rota_warnings import AHEAD, RotaWarningKind
from ari_app.doctor.finding import Finding, fault, warning, well
from ari_app.setting_up import clock_of, open_desk


async def check_agreement(settings: Settings) -> list[Finding]:
    try:
        agreement, hours = settings.agreement(), settings.agreed_hours()
    except (ConfigurationError, ValueError) as wrong:
        remedy = (
            "Correct agreement_version and agreement_settings in meldlijn.toml. "
            "If it names the time zone: install the package tzdata."
        )
        return [fault("agreement", str(wrong), remedy)]
    remedy = "Set agreement_settings.phone_hours in meldlijn.toml (docs/configuration.md)."
    doubts = [warning("agreed hours", doubt, remedy) for doubt in hours.warnings]
    if agreement.settings.level_0_hourly_rate is None:
        found = "the hourly rate of Level 0 is not set: work without an SLA can't be charged, and no caller can agree to it (A-03)"
        remedy = "Set agreement_settings.level_0_hourly_rate in meldlijn.toml (docs/configuration.md)."
        doubts.append(warning("level 0 rate", found, remedy))
    return [well("agreement", f"{settings.agreement_version}, {agreement.zone.key}"), *doubts]


async def check_holidays(settings: Settings) -> list[Finding]:
    """Approved rows and the settings' dates together, for the year that is coming (A-08)."""
    today = clock_of(settings).now().astimezone(settings.agreement().zone).date()
    try:
        async with open_desk(settings) as desk:
            hours = await desk.opening_days.hours()
    except SQLAlchemyError:
        found = "not known: the database can't be asked"
        return [warning("holidays", found, "First do what stands at `database`; then run the doctor again.")]
    doubts = []
    if doubt := hours.own_hours_warning(today):
        doubts.append(warning("hours of single days", doubt, "Look at `meldlijn hours show`, then `hours override`."))
    year = hours.year_to_approve(today)
    if doubt := hours.holiday_warning(today):
        remedy = f"Look at `meldlijn hours propose --year {year}`, then approve what is right."
        return [*doubts, warning("holidays", doubt, remedy)]
    return [*doubts, well("holidays", f"{sum(day.year == year for day in hours.holidays)} days approved for {year}")]


async def check_clock(settings: Settings) -> list[Finding]:
    now = clock_of(settings).now().astimezone(ZoneInfo("Europe/Amsterdam"))
    thinks = f"{now:%a %d-%m-%Y %H:%M:%S %z}"
    try:
        shift = read_demo_shift(settings.clock_file)
    except ClockDamaged as damage:
        return [fault("clock", str(damage), f"Remove {settings.clock_file}: without it real time counts.")]
    if settings.demo and shift:
        found = f"demo mode, set by --at: this line thinks that it is {thinks}"
        return [warning("clock", found, f"Remove {settings.clock_file} for real time.")]
    if settings.demo:
        found = f"demo mode: {thinks}, and anybody on this machine may set it"
        return [warning("clock", found, "For a line in service remove `demo = true` from meldlijn.toml.")]
    if settings.clock_file.exists():
        found = f"{thinks}; a demo clock was left in {settings.clock_file}, and this line ignores it"
        return [warning("clock", found, "Remove the file, so that demo mode can't bring it back.")]
    return [well("clock", thinks)]


async def check_rota(settings: Settings) -> list[Finding]:
    """Only the calamity hours ring engineers; who is on duty in other hours does not matter to calls."""
    try:
        async with open_desk(settings) as desk:
            warnings = await desk.rota_warnings.check()
    except SQLAlchemyError:
        found = "not known: the database can't be asked"
        return [warning("rota", found, "First do what stands at `database`; then run the doctor again.")]
    serious = [one for one in warnings if one.kind in _ROTA_FOUND]
    if not serious:
        return [well("rota", f"engineers are on duty in all calamity hours of the next {AHEAD.days} days")]
    first, more = min(serious, key=lambda one: (list(_ROTA_FOUND).index(one.kind), one.starts_at)), len(serious) - 1
    local = first.starts_at.astimezone(settings.agreement().zone)
    found = _ROTA_FOUND[first.kind].format(when=f"{local:%a %d-%m-%Y at %H:%M}", who=first.engineer)
    others = f"; and {more} more" if more else ""
    return [warning("rota", found + others, "Look at `meldlijn rota check`, then plan with `meldlijn rota override`.")]


#: The gravest first. The line of who is first is shown by `meldlijn rota check` only.
_ROTA_FOUND = {
    RotaWarningKind.NOBODY: "nobody is on duty on {when}, in calamity hours: callers get the voicemail",
    RotaWarningKind.NO_NUMBER: "{who} is on duty on {when} without a number that can be rung",
    RotaWarningKind.NO_SECOND: "there is no second in line on {when}, in calamity hours",
}
