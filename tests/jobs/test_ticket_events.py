"""What happens to tickets goes to other programs: signed, once, in order, and in the fields of their ticket system."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from ari_app.channel_settings import NotifySettings, WebhookSettings
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.commands.judgement import confirm_category
from ari_app.desk.commands.progress import note, resolve
from ari_app.desk.feed import SETTLED
from ari_app.desk.field_map import read_map
from ari_app.desk.notify.ticket_events import TicketEvents
from ari_app.desk.notify.views import Standing
from ari_app.desk.opening import NewTicket
from ari_app.jobs.telling import following, send_what_waits
from ari_app.notify.channels import Channels, open_channels
from ari_app.store.database import Store
from ari_app.store.outbox_tables import OutboxRow
from ari_app.store.tables import TicketSource
from sla.terms import Category, Kind
from tests.jobs.told import KEY, OLD_KEY, Receiver, Request, receive
from tests.jobs.watched import SUPERVISOR, SetClock, local


@dataclass
class Hooked:
    """A line whose settings name webhooks, and who receives them."""

    desk: Desk
    store: Store
    clock: SetClock
    channels: Channels
    receiver: Receiver
    notify: NotifySettings

    async def opens(self, summary: str = "de receptie kan niet bellen") -> str:
        new = NewTicket(Kind.INCIDENT, TicketSource.MAIL, summary)
        return await self.desk.open_ticket(new, SUPERVISOR)

    async def tick(self, after: timedelta = timedelta(0)) -> int:
        """What a service does every two seconds, `after` from now; gives how much was delivered."""
        self.clock.at += after
        await following(self.desk.notifications.ticket_events)()
        return await send_what_waits(self.desk.notifications.tellings, self.channels)

    def got(self, path: str = "/hook") -> list[Request]:
        return [one for one in self.receiver.requests if one.path == path]

    def types(self, path: str = "/hook") -> list[str]:
        return [json.loads(one.body)["type"] for one in self.got(path)]


MakesHooked = Callable[..., Any]


@pytest.fixture
async def hooked_with(store: Store, database_url: str, tmp_path: Path) -> AsyncIterator[MakesHooked]:
    """Makes a line with hooks by name; each receives at its own path."""
    for name, secret in (("new", KEY), ("old", OLD_KEY)):
        (tmp_path / name).write_text(f"{secret}\n")
    async with AsyncExitStack() as open_now:
        receiver = await open_now.enter_async_context(receive())

        async def make(at: str = "mon 10:00", **hooks: dict[str, Any]) -> Hooked:
            keys = (tmp_path / "new", tmp_path / "old")
            webhooks = {
                name: WebhookSettings(url=receiver.url(name), secret_files=keys, **more) for name, more in hooks.items()
            }
            notify = NotifySettings(webhooks=webhooks)
            channels = await open_now.enter_async_context(open_channels(notify))
            clock = SetClock(local(at))
            desk = Desk(store, Settings(home=tmp_path, database=database_url, notify=notify), clock)
            made = Hooked(desk, store, clock, channels, receiver, notify)
            await made.tick()  # from here on it listens
            clock.at += timedelta(minutes=1)
            return made

        yield make


@pytest.fixture
async def hooked(hooked_with: MakesHooked) -> Hooked:
    return await hooked_with(hook={"kinds": ("ticket.*",)})


async def test_what_happens_to_a_ticket_is_told_signed_and_in_order(hooked: Hooked) -> None:
    number = await hooked.opens()
    await hooked.desk.change(number, SUPERVISOR, confirm_category, Category.II, "de receptie ligt stil")
    await hooked.desk.change(number, SUPERVISOR, resolve, "kabel vervangen")

    await hooked.tick(SETTLED)

    requests = hooked.got()
    for key in (KEY, OLD_KEY):
        events = [Webhook(key).verify(one.body, dict(one.headers)) for one in requests]
    assert [one["type"] for one in events] == ["ticket.opened", "ticket.category_confirmed", "ticket.resolved"]
    assert {one["data"]["ticket"] for one in events} == {number}
    assert events[1]["data"]["data"]["category"] == "II"
    assert (events[2]["data"]["by"], events[2]["data"]["data"]["solution"]) == ("sanne", "kabel vervangen")
    with pytest.raises(WebhookVerificationError):
        Webhook(KEY).verify(requests[2].body.replace("kabel", "modem"), dict(requests[2].headers))


async def test_nothing_that_was_told_is_told_again(hooked: Hooked) -> None:
    number = await hooked.opens()
    told = await hooked.tick(SETTLED)

    again = await hooked.tick(timedelta(hours=1))
    await hooked.desk.change(number, SUPERVISOR, note, "gebeld")
    new = await hooked.tick(SETTLED)

    assert (told, again, new) == (1, 0, 1)
    assert hooked.types() == ["ticket.opened", "ticket.note"]


async def test_of_two_services_that_follow_one_tells(hooked: Hooked) -> None:
    notifications = hooked.desk.notifications
    other = TicketEvents(hooked.store, hooked.clock, notifications._rules, hooked.notify.webhooks)
    await hooked.opens()
    hooked.clock.at += SETTLED

    for events in (other, notifications.ticket_events, other):
        await following(events)()

    assert await hooked.tick() == 1
    async with hooked.store.reading() as session:
        assert len((await session.exec(select(OutboxRow).where(OutboxRow.kind == "event"))).all()) == 1


async def test_a_hook_hears_what_happens_from_its_first_tick_on(hooked_with: MakesHooked) -> None:
    without = await hooked_with("mon 10:00")
    await without.opens()

    later = await hooked_with("mon 11:00", hook={})
    number = await later.opens("een ander toestel")
    await later.tick(SETTLED)

    assert [json.loads(one.body)["data"]["ticket"] for one in later.got()] == [number]


async def test_each_hook_gets_what_it_asks_for_and_no_other(hooked_with: MakesHooked) -> None:
    hooked = await hooked_with(hook={}, notes={"kinds": ("ticket.note",)}, alerts={"kinds": ("alert.*", "notice.*")})
    number = await hooked.opens()
    await hooked.desk.change(number, SUPERVISOR, note, "gebeld")

    await hooked.tick(SETTLED)

    assert hooked.types() == ["ticket.opened", "ticket.note"]
    assert hooked.types("/notes") == ["ticket.note"]
    assert hooked.types("/alerts") == []


async def test_what_fails_comes_again_under_the_same_id_and_what_follows_waits_for_it(hooked: Hooked) -> None:
    hooked.receiver.answers.append(503)
    number = await hooked.opens()
    other = await hooked.opens("de pinautomaat is stil")
    await hooked.desk.change(number, SUPERVISOR, note, "gebeld")

    first = await hooked.tick(SETTLED)
    too_early = await hooked.tick(timedelta(seconds=2))
    later = await hooked.tick(timedelta(seconds=10))

    by_ticket = [(json.loads(one.body)["data"]["ticket"], json.loads(one.body)["type"]) for one in hooked.got()]
    assert (first, too_early, later) == (1, 0, 2)  # the other ticket goes on meanwhile
    assert [what for ticket, what in by_ticket if ticket == number] == ["ticket.opened", "ticket.opened", "ticket.note"]
    assert [what for ticket, what in by_ticket if ticket == other] == ["ticket.opened"]
    ids = [one.headers["webhook-id"] for one in hooked.got() if json.loads(one.body)["data"]["ticket"] == number]
    assert (ids[0] == ids[1], ids[2] != ids[1]) == (True, True)
    assert hooked.got()[0].body == next(one.body for one in hooked.got()[1:] if one.headers["webhook-id"] == ids[0])


async def test_what_a_receiver_never_wants_is_a_dead_letter_and_what_follows_goes_on(hooked: Hooked) -> None:
    hooked.receiver.answers.append(410)
    number = await hooked.opens()
    await hooked.desk.change(number, SUPERVISOR, note, "gebeld")

    await hooked.tick(SETTLED)
    (dead,) = await hooked.desk.notifications.given_up(10)
    again = await hooked.desk.notifications.try_again(SUPERVISOR)
    await hooked.tick()

    assert (dead.name, dead.text, dead.ticket) == ("Voor andere programma's", "Gebeurtenis ticket.opened.", number)
    assert [step.standing for step in dead.steps] == [Standing.DEAD]
    assert (dead.may_take, again) == (False, 1)
    assert hooked.types() == ["ticket.opened", "ticket.note", "ticket.opened"]


async def test_a_hook_with_a_field_map_gets_the_ticket_in_those_fields(hooked_with: MakesHooked) -> None:
    hooked = await hooked_with(hook={"kinds": ("ticket.*",), "field_map": "autotask"}, plain={})
    number = await hooked.opens()
    await hooked.desk.change(number, SUPERVISOR, confirm_category, Category.II, "de receptie ligt stil")

    await hooked.tick(SETTLED)

    last = json.loads(hooked.got()[-1].body)["data"]
    assert last["fields"] == read_map("autotask").of(await hooked.desk.ticket(number))
    assert (last["fields"]["externalID"], last["fields"]["priority"]) == (number, 1)
    assert "fields" not in json.loads(hooked.got("/plain")[-1].body)["data"]


async def test_a_map_that_is_gone_holds_the_event_back_until_it_is_there(
    hooked_with: MakesHooked, tmp_path: Path
) -> None:
    map_file = tmp_path / "ours.toml"
    hooked = await hooked_with(hook={"field_map": str(map_file)})
    await hooked.opens()

    await hooked.tick(SETTLED)
    before = len(hooked.got())
    map_file.write_text('[fields]\nnummer = "number"\n')
    await hooked.tick(timedelta(seconds=10))

    assert before == 0
    (event,) = [json.loads(one.body) for one in hooked.got()]
    assert event["data"]["fields"] == {"nummer": event["data"]["ticket"]}


async def test_the_outbox_holds_no_copy_of_what_people_wrote(hooked: Hooked) -> None:
    """What is erased from a ticket must not stay here (R-113)."""
    number = await hooked.opens()
    await hooked.desk.change(number, SUPERVISOR, note, "mevrouw Bedacht belt terug")
    hooked.clock.at += SETTLED
    await following(hooked.desk.notifications.ticket_events)()

    async with hooked.store.reading() as session:
        rows = (await session.exec(select(OutboxRow).where(OutboxRow.kind == "event"))).all()

    assert len(rows) == 2
    assert "Bedacht" not in str([row.payload for row in rows])
    assert {row.key.split(":")[0] for row in rows} == {number}


async def test_a_command_that_was_refused_tells_nothing(hooked: Hooked) -> None:
    number = await hooked.opens()
    with pytest.raises(ValueError, match="Kan nadat"):
        await hooked.desk.change(number, SUPERVISOR, resolve, "")

    await hooked.tick(SETTLED)

    assert hooked.types() == ["ticket.opened"]


async def test_without_a_hook_for_tickets_nothing_is_written(hooked_with: MakesHooked) -> None:
    hooked = await hooked_with(alerts={"kinds": ("notice.*",)})
    await hooked.opens()

    await hooked.tick(SETTLED)

    async with hooked.store.reading() as session:
        assert (await session.exec(select(OutboxRow).where(OutboxRow.kind == "event"))).all() == []
