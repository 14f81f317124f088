"""Is there an Asterisk, does it let us in, is it new enough, and does our service answer its calls?"""

from ari_app.asterisk.errors import AsteriskError, Fatal, Gone
from ari_app.asterisk.rest import Rest
from ari_app.asterisk.version import check_version
from ari_app.config import Settings
from ari_app.doctor.finding import Finding, fault, well
from ari_app.setting_up import asterisk_server

_START = "Start the line with `meldlijn run` (or Asterisk itself, where somebody else manages it)."


async def check_asterisk(settings: Settings) -> list[Finding]:
    rest = Rest(settings.ari_url, settings.asterisk.user, asterisk_server(settings).password())
    try:
        version = str((await rest.info())["system"]["version"])
    except Fatal as refused:
        remedy = (
            "The password of the line and of ari.conf differ: stop Asterisk and start the line again, it writes both."
        )
        return [fault("Asterisk password", str(refused), remedy)]
    except AsteriskError as unreachable:
        return [fault("Asterisk", str(unreachable), _START)]
    else:
        return [_version(version), await _application(rest, settings.asterisk.app)]
    finally:
        await rest.close()


def _version(version: str) -> Finding:
    if wrong := check_version(version):
        return fault("Asterisk version", wrong, "Install Asterisk 22.10.1 or newer; `make setup` brings one.")
    return well("Asterisk", f"version {version}")


async def _application(rest: Rest, app: str) -> Finding:
    remedy = "Start the service with `meldlijn run`. Until then the dialplan takes messages by itself; nothing is lost."
    try:
        await rest.application(app)
    except Gone:
        return fault(
            "service", f"the application {app!r} is not registered with Asterisk: nobody answers calls", remedy
        )
    return well("service", f"application {app!r} is registered")
