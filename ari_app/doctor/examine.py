"""All checks, in the order in which a line comes up; a fault in one never hides the others."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from ari_app.config import ConfigurationError, Settings, read_settings
from ari_app.doctor.asterisk import check_asterisk
from ari_app.doctor.finding import Finding, fault, well
from ari_app.doctor.machine import check_disk, check_recordings, check_voice, check_zone
from ari_app.doctor.stock import check_database, check_model, check_prompts

Check = Callable[[Settings], Awaitable[list[Finding]]]

CHECKS: tuple[Check, ...] = (
    check_zone,
    check_database,
    check_prompts,
    check_voice,
    check_model,
    check_recordings,
    check_disk,
    check_asterisk,
)


async def examine(home: Path | None) -> list[Finding]:
    """What every check found; only the first when the settings can't be read."""
    try:
        settings = read_settings(home)
        settings.agreed_hours()
    except ConfigurationError as wrong:
        return [
            fault("settings", str(wrong), "Correct meldlijn.toml in the home folder, or the MELDLIJN_... variables.")
        ]
    findings = [well("settings", f"home {settings.home}")]
    for check in CHECKS:
        findings += await _guarded(check, settings)
    return findings


async def _guarded(check: Check, settings: Settings) -> list[Finding]:
    try:
        return await check(settings)
    except Exception as surprise:
        name = check.__name__.removeprefix("check_")
        return [fault(name, f"the check itself failed: {surprise!r}", "Please report this with the log of the line.")]
