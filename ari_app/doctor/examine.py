"""All checks, in the order in which a line comes up; a fault in one never hides the others."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from ari_app.config import ConfigurationError, Settings, read_settings
from ari_app.doctor.agreement import check_agreement, check_clock, check_holidays, check_rota
from ari_app.doctor.asterisk import check_asterisk
from ari_app.doctor.channels import check_channels
from ari_app.doctor.finding import Finding, fault, well
from ari_app.doctor.machine import ENOUGH_BYTES, check_disk, check_recordings, check_voice
from ari_app.doctor.outbox import check_outbox
from ari_app.doctor.standby import check_plan, check_self_call
from ari_app.doctor.stock import check_database, check_model, check_prompts, check_spool
from ari_app.doctor.work import check_work

Check = Callable[[Settings], Awaitable[list[Finding]]]

#: Need only a place to look at: they run also when the settings can't be read.
MACHINE_CHECKS: dict[str, Check] = {"voice": check_voice}
CHECKS: dict[str, Check] = {
    "agreement": check_agreement,
    "clock": check_clock,
    "database": check_database,
    "holidays": check_holidays,
    "rota": check_rota,
    "prompts": check_prompts,
    "speech model": check_model,
    "recording folder": check_recordings,
    "spool": check_spool,
    "channels": check_channels,
    "outbox": check_outbox,
    "messages": check_work,
    "plan of the exchange": check_plan,
    "self-call": check_self_call,
    "Asterisk": check_asterisk,
}
#: A check that takes longer has found a fault (seconds): a person waits for the answer.
CHECK_WITHIN = 3.0


async def examine(
    home: Path | None, *, enough_bytes: int = ENOUGH_BYTES, check_within: float = CHECK_WITHIN
) -> list[Finding]:
    """What every check found; without readable settings only what does not depend on them.

    `check_within`: seconds for each check.
    """
    checks: dict[str, Check] = {**MACHINE_CHECKS, "disk": partial(check_disk, enough_bytes=enough_bytes)}
    try:
        settings = read_settings(home)
        findings = [well("settings", f"home {settings.home}")]
        checks |= CHECKS
    except ConfigurationError as wrong:
        remedy = "Correct meldlijn.toml in the home folder, or the MELDLIJN_... variables. Then run the doctor again."
        findings = [fault("settings", str(wrong), remedy)]
        settings = Settings.model_construct(home=(home or Path(os.environ.get("MELDLIJN_HOME", ".meldlijn"))))
    for name, check in checks.items():
        findings += await _guarded(name, check(settings), check_within)
    return findings


async def _guarded(name: str, checking: Awaitable[list[Finding]], within: float) -> list[Finding]:
    try:
        async with asyncio.timeout(within):
            return await checking
    except TimeoutError:
        remedy = "It hangs, or the machine is overloaded: look with `top`, then restart it."
        return [fault(name, f"no answer within {within:g} s", remedy)]
    except Exception as surprise:
        return [fault(name, f"the check itself failed: {surprise!r}", "Please report this with the log of the line.")]
