"""Is there an Asterisk, does it let us in, is it new enough, and does our service answer its calls?"""

import time

from ari_app.asterisk.errors import AsteriskError, Fatal, Gone
from ari_app.asterisk.heartbeat import HEARTBEAT_EVERY, HEARTBEAT_VARIABLE
from ari_app.asterisk.install import AsteriskMissing, find
from ari_app.asterisk.rest import Rest
from ari_app.asterisk.version import check_version
from ari_app.config import Settings
from ari_app.doctor.finding import Finding, fault, well
from ari_app.setting_up import asterisk_server

_START = "Start the line with `meldlijn run` (or Asterisk itself, where somebody else manages it)."
_INSTALL = "Install Asterisk 22.10.1 or newer; `make setup` brings one."


async def check_asterisk(settings: Settings) -> list[Finding]:
    server = asterisk_server(settings)
    if not (server.home / "ari-password").is_file():
        found = f"never started from this home: there is no password in {server.home}"
        return [fault("Asterisk", found, _START), *_program(settings)]
    rest = Rest(settings.ari_url, settings.asterisk.user, server.password())
    try:
        version = str((await rest.info())["system"]["version"])
        service = await _application(rest, settings.asterisk.app)
        return [_version(version), service, *(await _sign_of_life(rest) if service.ok else [])]
    except Fatal as refused:
        remedy = (
            "The password of the line and of ari.conf differ: stop Asterisk and start the line again, it writes both."
        )
        return [fault("Asterisk password", str(refused), remedy)]
    except (AsteriskError, KeyError, ValueError, TypeError) as failure:
        found = str(failure) if isinstance(failure, AsteriskError) else f"{rest.url} is no Asterisk: {failure!r}"
        return [fault("Asterisk", found, _START), *_program(settings)]
    finally:
        await rest.close()


def _program(settings: Settings) -> list[Finding]:
    """Asked only when none answers: then it may be that there is none to start."""
    if not settings.asterisk.managed:
        return []
    try:
        find()
    except AsteriskMissing as missing:
        return [fault("Asterisk program", str(missing), _INSTALL)]
    return []


def _version(version: str) -> Finding:
    if wrong := check_version(version):
        return fault("Asterisk version", wrong, _INSTALL)
    return well("Asterisk", f"version {version}")


async def _application(rest: Rest, app: str) -> Finding:
    remedy = "Start the service with `meldlijn run`. Until then the dialplan takes messages by itself; nothing is lost."
    try:
        await rest.application(app)
    except Gone:
        found = f"the application {app!r} is not registered with Asterisk: nobody answers calls"
        return fault("service", found, remedy)
    return well("service", f"application {app!r} is registered")


async def _sign_of_life(rest: Rest) -> list[Finding]:
    """What the dialplan looks at for each caller."""
    began = time.monotonic()
    said = await rest.get_global(HEARTBEAT_VARIABLE)
    if said is None:
        return []
    took = time.monotonic() - began
    age = time.time() - int(said) if said.isdigit() else float("inf")
    if age > HEARTBEAT_EVERY * 3 + 1:
        found = f"no sign of life for {age:.0f} s" if 0 < age < 1e6 else "it withholds its sign of life"
        remedy = (
            "Asterisk or the database answers too slowly, or the service hangs: look for `heartbeat_slow` in the log. "
            "Until then the dialplan takes the callers by itself."
        )
        return [fault("sign of life", found, remedy)]
    return [well("sign of life", f"{max(age, 0):.0f} s ago; Asterisk answers in {took * 1000:.0f} ms")]
