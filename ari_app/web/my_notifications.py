"""How somebody wants to be told: `/notifications/mine`."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from aiohttp import web

from ari_app.desk import Desk
from ari_app.desk.notify.preferences import RULE, Preferences
from ari_app.desk.notify.subjects import CHOSEN, NATURES
from ari_app.desk.refusal import Refused
from ari_app.web.accounts import VISITOR
from ari_app.web.acting import acting
from ari_app.web.dutch import sentence
from ari_app.web.forms import form_of, text_of, time_of
from ari_app.web.languages import Words, _
from ari_app.web.rendering import TEMPLATES

#: Tests and notices that reached me, or not.
SHOWN = 5
_SUBJECTS = Words({subject: nature.name for subject, nature in NATURES.items()})


class MyNotifications:
    """The page of whoever is logged in, and of nobody else."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/notifications/mine", self.show, name="my-notifications"),
            web.post("/notifications/mine", self.save, name="my-notifications-save"),
            web.post("/notifications/mine/test", self.test, name="my-notifications-test"),
        ]

    async def show(self, request: web.Request) -> web.Response:
        found = await self._desk.notifications.preferences(request[VISITOR].account_id)
        return await self._page(request, found)

    async def save(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        try:
            wanted = self._wanted(form)
            await self._desk.notifications.set_preferences(request[VISITOR].account_id, wanted, acting(request))
        except Refused as refused:
            kept = await self._desk.notifications.preferences(request[VISITOR].account_id)
            return await self._page(request, kept, refused=sentence(refused), typed=form, status=409)
        raise web.HTTPSeeOther("/notifications/mine?saved=1")

    async def test(self, request: web.Request) -> web.Response:
        try:
            await self._desk.notifications.test(f"account:{request[VISITOR].account_id}", acting(request))
        except Refused as refused:
            found = await self._desk.notifications.preferences(request[VISITOR].account_id)
            return await self._page(request, found, refused=sentence(refused), status=409)
        raise web.HTTPSeeOther("/notifications/mine#laatste")

    def _wanted(self, form: Mapping[str, Any]) -> Preferences:
        places = range(len(self._desk.notifications.ways))
        ways = {}
        for subject in CHOSEN:
            picked = [text_of(form, f"{subject}-{place}") for place in places]
            ways[subject.value] = tuple(dict.fromkeys(name for name in picked if name))
        return Preferences(text_of(form, "mail"), text_of(form, "phone"), text_of(form, "topic"), _quiet(form), ways)

    async def _page(
        self,
        request: web.Request,
        found: Preferences,
        *,
        refused: str = "",
        typed: Mapping[str, Any] | None = None,
        status: int = 200,
    ) -> web.Response:
        notifications, me = self._desk.notifications, f"account:{request[VISITOR].account_id}"
        typed = typed or {}
        context = {
            "page": "my-notifications",
            "mail": text_of(typed, "mail") or found.mail,
            "phone": text_of(typed, "phone") or found.phone,
            "topic": text_of(typed, "topic") or found.topic,
            "quiet": [f"{at:%H:%M}" for at in found.quiet] if found.quiet else ["", ""],
            "ways": notifications.ways,
            "rows": self._rows(found),
            "mine": await notifications.of_person(me, SHOWN),
            "me": me,
            "refused": refused,
            "saved": "saved" in request.query,
        }
        return request.app[TEMPLATES].page(request, "my_notifications.html", context, status=status)

    def _rows(self, found: Preferences) -> list[dict[str, Any]]:
        """Each subject with the channel at each place; "" where there is none."""
        ways = list(self._desk.notifications.ways)
        rows = []
        for subject in CHOSEN:
            picked = list(found.ways.get(subject, ways))
            nature = NATURES[subject]
            places = [*picked, *[""] * len(ways)][: len(ways)]
            rows.append(
                {
                    "subject": subject.value,
                    "name": _SUBJECTS[subject],
                    "may_wait": nature.may_wait,
                    "places": places,
                }
            )
        return rows


def _quiet(form: Mapping[str, Any]) -> tuple[time, time] | None:
    if not text_of(form, "quiet_from") and not text_of(form, "quiet_until"):
        return None
    label = _("begin en einde van de stille uren")
    return time_of(form, "quiet_from", label, RULE), time_of(form, "quiet_until", label, RULE)
