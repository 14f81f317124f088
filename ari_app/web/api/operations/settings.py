"""What the running line is set to; never a secret."""

from ari_app.desk.settings_shown import SettingsView, read_shown
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.scopes import OVERSEEING

settings = Group("settings")


@settings.get("/line/settings", roles=OVERSEEING)
async def read_line_settings(asked: Asked) -> SettingsView:
    """Each setting with its value, where it comes from (null: the default), and what a restart would make of it."""
    return read_shown(asked.settings)
