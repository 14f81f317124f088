"""What people were told, and what could not be told: `/notifications`, and the channels of the line."""

from urllib.parse import urlsplit

from aiohttp import web

from ari_app.channel_settings import MAIL, NotifySettings
from ari_app.desk import Desk
from ari_app.desk.field_map import wrong_maps
from ari_app.desk.refusal import Refused
from ari_app.notify.channels import missing_secrets
from ari_app.web.acting import acting
from ari_app.web.dutch import sentence
from ari_app.web.forms import form_of
from ari_app.web.languages import _
from ari_app.web.rendering import TEMPLATES

SHOWN = 40


class NotificationPages:
    """Dead letters first, then what was told last; a step is tried again and a notice taken up with a button."""

    def __init__(self, desk: Desk, settings: NotifySettings) -> None:
        self._desk = desk
        self._settings = settings

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/notifications", self.show, name="notifications"),
            web.post("/notifications/retry", self.retry, name="notifications-retry"),
            web.post("/notifications/{id:[0-9]{1,12}}/take", self.take, name="notification-take"),
            web.get("/notifications/channels", self.channels, name="channels"),
        ]

    async def show(self, request: web.Request) -> web.Response:
        return await self._page(request)

    async def retry(self, request: web.Request) -> web.Response:
        """`step`: the number of one; without it all that was given up."""
        asked = (await form_of(request)).get("step")
        is_number = isinstance(asked, str) and asked.isascii() and asked.isdigit() and len(asked) <= 9
        ids = None if asked is None else [int(asked) if is_number else 0]
        try:
            await self._desk.notifications.try_again(acting(request), ids)
        except Refused as refused:
            return await self._page(request, refused=sentence(refused), status=409)
        raise web.HTTPSeeOther("/notifications")

    async def take(self, request: web.Request) -> web.Response:
        try:
            await self._desk.notifications.take(int(request.match_info["id"]), acting(request))
        except Refused as refused:
            return await self._page(request, refused=sentence(refused), status=409)
        raise web.HTTPSeeOther("/notifications")

    async def channels(self, request: web.Request) -> web.Response:
        """Names and hosts; a secret is never shown, only whether it can be read."""
        wrong = [*missing_secrets(self._settings), *wrong_maps(self._settings.webhooks)]
        context = {
            "page": "notifications",
            "channels": channels_of(self._settings),
            "facts": await self._desk.notifications.channel_facts(),
            "wrong": wrong,
            "minutes": self._settings.escalate_after_minutes,
        }
        return request.app[TEMPLATES].page(request, "channels.html", context)

    async def _page(self, request: web.Request, *, refused: str = "", status: int = 200) -> web.Response:
        notifications = self._desk.notifications
        context = {
            "page": "notifications",
            "given_up": await notifications.given_up(SHOWN),
            "newest": await notifications.newest(SHOWN),
            "has_ways": bool(notifications.ways),
            "refused": refused,
        }
        return request.app[TEMPLATES].page(request, "notifications.html", context, status=status)


def channels_of(chosen: NotifySettings) -> list[dict[str, str]]:
    """In the order in which they are tried, then the receivers of webhooks. No secret is among it."""
    found = []
    if chosen.mail.host:
        found.append({"name": MAIL, "kind": _("e-mail"), "host": f"{chosen.mail.host}, {chosen.mail.security}"})
    for name, gateway in chosen.gateways.items():
        kind = _("telefoonnummer") if gateway.sends_to == "phone" else _("kanaalnaam")
        found.append({"name": name, "kind": kind, "host": urlsplit(gateway.url).netloc})
    for name, hook in chosen.webhooks.items():
        found.append({"name": name, "kind": _("webhook, getekend"), "host": urlsplit(hook.url).netloc})
    return found
