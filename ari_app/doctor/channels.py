"""Whether people can be told at all."""

from ari_app.config import Settings
from ari_app.desk.field_map import wrong_maps
from ari_app.doctor.finding import Finding, fault, warning, well
from ari_app.notify.channels import missing_secrets


async def check_channels(settings: Settings) -> list[Finding]:
    """Looks at the settings and the files of the secrets; sends nothing."""
    notify = settings.notify
    if wrong := missing_secrets(notify):
        remedy = "Write the secret into that file, readable for the line only, then `meldlijn notify test --to NAME`."
        return [fault("channels", "; ".join(wrong), remedy)]
    if wrong := wrong_maps(notify.webhooks):
        remedy = "Correct the map, or name one that ships: docs/configuration.md says how a map is written."
        return [fault("channels", "; ".join(wrong), remedy)]
    if not notify.ways():
        remedy = "Set a mail server or a gateway: `notify` in docs/configuration.md."
        return [warning("channels", "nobody is told: notices stand only in the log and on the pages", remedy)]
    return [well("channels", f"people are told by {', '.join(notify.ways())}")]
