"""Telling people: what was told and what could not be, the channels, and how whose token this is wants to be told."""

from datetime import time
from typing import Annotated

from pydantic import BaseModel, Field

from ari_app.desk.actor import DECIDING, WORKING
from ari_app.desk.notify.preferences import Preferences
from ari_app.desk.notify.subjects import CHOSEN
from ari_app.desk.notify.views import ChannelFacts, NoticeOutView
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.operations.paging import page, place
from ari_app.web.api.scopes import ADMINISTRATORS, Scope
from ari_app.web.api.values import Body, Id, Page, Paged, ShortText
from ari_app.web.notifications import channels_of

notifications = Group("notifications")

LocalTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["22:00"])]
Channels = Annotated[tuple[ShortText, ...], Field(max_length=20)]


class Steps(Body):
    """Which ones, by the id of a step; none: all that was given up."""

    ids: Annotated[tuple[Id, ...], Field(max_length=1000)] = ()


class TriedAgain(BaseModel):
    count: int


class ChannelView(BaseModel):
    """`host`: where it sends to. Secrets are never told. `facts` null: it never sent anything."""

    name: str
    kind: str
    host: str
    facts: ChannelFacts | None


class Reach(Body):
    """`ways`: a subject to its channels, the first one first; a subject that is left out goes by every channel."""

    mail: ShortText = ""
    phone: ShortText = ""
    topic: ShortText = ""
    quiet_from: LocalTime | None = None
    quiet_until: LocalTime | None = None
    ways: Annotated[dict[str, Channels], Field(max_length=20, default_factory=dict)]

    def preferences(self) -> Preferences:
        """Half of the quiet hours is as none: then begin and end are the same, which the desk refuses."""
        begin, end = self.quiet_from or self.quiet_until, self.quiet_until or self.quiet_from
        quiet = (time.fromisoformat(begin), time.fromisoformat(end)) if begin and end else None
        return Preferences(self.mail, self.phone, self.topic, quiet, dict(self.ways))


class OwnReach(BaseModel):
    """Local times. `subjects` and `channels` are those that there are."""

    mail: str
    phone: str
    topic: str
    quiet_from: str | None
    quiet_until: str | None
    ways: dict[str, tuple[str, ...]]
    subjects: list[str]
    channels: list[str]


@notifications.get("/notifications", roles=WORKING)
async def list_notifications(asked: Asked, query: Paged) -> Page[NoticeOutView]:
    """What people were told, newest first, with every step and try."""
    found = await asked.desk.notifications.newest(query.limit + 1, place(query.after, "notifications"))
    return page(asked, "notifications", [(one.id, one) for one in found], query.limit)


@notifications.get("/notifications/given-up", roles=WORKING)
async def list_given_up(asked: Asked, query: Paged) -> Page[NoticeOutView]:
    """What could not be told to somebody, newest first; events for webhooks are among them."""
    found = await asked.desk.notifications.given_up(query.limit + 1, place(query.after, "given-up"))
    return page(asked, "given-up", [(one.id, one) for one in found], query.limit)


@notifications.post("/notifications/retry", Scope.NOTIFICATIONS_WRITE, roles=DECIDING)
async def retry_notifications(asked: Asked, body: Steps) -> TriedAgain:
    """What was given up is sent again within seconds, as if it was never tried."""
    return TriedAgain(count=await asked.desk.notifications.try_again(asked.by, body.ids or None))


@notifications.post("/notifications/{number}/take", Scope.NOTIFICATIONS_WRITE)
async def take_notification(asked: Asked, number: Id) -> None:
    """You see to it: nobody else is told."""
    await asked.desk.notifications.take(number, asked.by)


@notifications.get("/notifications/channels", roles=ADMINISTRATORS)
async def list_channels(asked: Asked) -> list[ChannelView]:
    """In the order in which they are tried, then the receivers of webhooks."""
    facts = await asked.desk.notifications.channel_facts()
    return [ChannelView(**one, facts=facts.get(one["name"])) for one in channels_of(asked.settings.notify)]


@notifications.get("/me/notifications", roles=WORKING)
async def read_own_reach(asked: Asked) -> OwnReach:
    """How whose token this is wants to be told."""
    found = await asked.desk.notifications.preferences(asked.holder.account_id)
    quiet = [f"{at:%H:%M}" for at in found.quiet] if found.quiet else [None, None]
    return OwnReach(
        mail=found.mail,
        phone=found.phone,
        topic=found.topic,
        quiet_from=quiet[0],
        quiet_until=quiet[1],
        ways=dict(found.ways),
        subjects=[subject.value for subject in CHOSEN],
        channels=list(asked.desk.notifications.ways),
    )


@notifications.put("/me/notifications", Scope.NOTIFICATIONS_WRITE)
async def set_own_reach(asked: Asked, body: Reach) -> OwnReach:
    """All of it anew."""
    await asked.desk.notifications.set_preferences(asked.holder.account_id, body.preferences(), asked.by)
    return await read_own_reach(asked)


@notifications.post("/me/notifications/test", Scope.NOTIFICATIONS_WRITE)
async def test_own_reach(asked: Asked) -> TriedAgain:
    """A test message by every channel of your own, within seconds; gives by how many."""
    return TriedAgain(count=await asked.desk.notifications.test(f"account:{asked.holder.account_id}", asked.by))
