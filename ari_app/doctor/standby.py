"""What must be ready for bad days: the plan that Asterisk follows alone, and the nightly call that finds out whether all works."""

from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from ari_app.clock import SystemClock
from ari_app.config import Settings
from ari_app.doctor.finding import Finding, warning, well
from ari_app.fallback.plan import good_until
from ari_app.setting_up import asterisk_server, clock_of, open_desk

#: A night and some.
OLDEST_SELF_CALL = timedelta(hours=26)
#: The service renews it every hour.
RENEWED_WITHIN = timedelta(hours=3)


async def check_plan(settings: Settings) -> list[Finding]:
    """Nothing to say where Asterisk must not ring by itself, or never ran."""
    file = asterisk_server(settings).plan
    if not settings.fallback.rings or not (file.parent / "ari-password").is_file():
        return []
    remedy = "Start the line: it writes the plan within a minute. Until then Asterisk alone only takes messages."
    try:
        until = good_until(file.read_text(encoding="ascii", errors="replace"))
    except OSError:
        return [warning("plan of the exchange", f"{file} is not there", remedy)]
    if until is None:
        return [warning("plan of the exchange", f"{file} is damaged", f"Remove it. {remedy}")]
    age = SystemClock().now() - (until - timedelta(days=settings.fallback.good_for_days))
    if age > RENEWED_WITHIN:
        found = f"{file} was not renewed for {age.total_seconds() / 3600:.0f} hours"
        return [warning("plan of the exchange", found, "Look for `plan_exported` and `tick_failed` in the log.")]
    return [well("plan of the exchange", f"good until {until:%d-%m-%Y %H:%M} UTC")]


async def check_self_call(settings: Settings) -> list[Finding]:
    """The last one counts, by hand or at night."""
    try:
        async with open_desk(settings) as desk:
            last = await desk.self_calls.last()
    except SQLAlchemyError:
        found = "not known: the database can't be asked"
        return [warning("self-call", found, "First do what stands at `database`; then run the doctor again.")]
    if last is None:
        if settings.self_call.at is None:
            return []
        return [warning("self-call", "the line never called itself", "Try it now: `meldlijn self-call`.")]
    when = f"{last.started_at.astimezone(settings.agreement().zone):%a %d-%m-%Y %H:%M}"
    if not last.is_well:
        return [warning("self-call", f"failed on {when}: {last.why}", "Correct that, then `meldlijn self-call`.")]
    if settings.self_call.at is not None and clock_of(settings).now() - last.started_at > OLDEST_SELF_CALL:
        return [warning("self-call", f"the last one was on {when}", "Did the line run at that hour? See its log.")]
    return [well("self-call", f"all went well on {when}")]
