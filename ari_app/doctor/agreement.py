"""What the agreement asks of the settings: a version that is there, hours, a true clock, and engineers on duty."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from ari_app.clock import ClockDamaged, SystemClock, read_demo_shift
from ari_app.config import ConfigurationError, Settings
from ari_app.doctor.finding import Finding, fault, warning, well
from ari_app.setting_up import clock_of, open_desk

ROTA_AHEAD = timedelta(days=14)
#: A duty rarely begins within a half hour of the calamity service.
LOOK_EVERY = timedelta(minutes=30)


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
    year = hours.year_to_approve(today)
    if doubt := hours.holiday_warning(today):
        return [
            warning("holidays", doubt, f"Look at `meldlijn hours propose --year {year}`, then approve what is right.")
        ]
    return [well("holidays", f"{sum(day.year == year for day in hours.holidays)} days approved for {year}")]


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
        hole = await _first_hole(settings)
    except SQLAlchemyError:
        found = "not known: the database can't be asked"
        return [warning("rota", found, "First do what stands at `database`; then run the doctor again.")]
    if hole is None:
        return [well("rota", f"an engineer is on duty in all calamity hours of the next {ROTA_AHEAD.days} days")]
    local = hole.astimezone(settings.agreement().zone)
    found = f"nobody is on duty on {local:%a %d-%m-%Y at %H:%M}, in calamity hours: callers get the voicemail"
    return [warning("rota", found, "Plan an engineer for that moment.")]


async def _first_hole(settings: Settings) -> datetime | None:
    now = SystemClock().now()
    async with open_desk(settings) as desk:
        for opens, closes in settings.agreed_hours().calamity.windows(now, now + ROTA_AHEAD):
            moment = opens
            while moment < closes:
                if not await desk.on_duty(moment):
                    return moment
                moment += LOOK_EVERY
    return None
