"""What was noticed is told, at least once; what can't be told is kept and shown."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from structlog.testing import CapturingLogger

from ari_app.desk.outbox import LEASE, MOST_ATTEMPTS, Delivery, Outbox
from ari_app.jobs.watch import deliver, tell_the_log, watching
from ari_app.notify.message import DeliveryFailed
from tests.jobs.watched import Watched


@pytest.fixture
async def outbox(watched: Watched) -> Outbox:
    """Three warnings wait."""
    await watched.report("mon 10:00", count=3)
    await watched.watch("mon 13:00")
    return Outbox(watched.store, watched.clock)


class Listener:
    """A channel that keeps what it was told; it refuses what the test says."""

    def __init__(self, refuses: Callable[[Delivery], Exception | None] = lambda _: None) -> None:
        self.heard: list[str] = []
        self.refuses = refuses

    async def __call__(self, delivery: Delivery) -> None:
        if refusal := self.refuses(delivery):
            raise refusal
        self.heard.append(f"{delivery.ticket} {delivery.kind}")


async def test_one_tick_looks_and_tells_the_log_one_line_for_each_notice(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = CapturingLogger()
    monkeypatch.setattr("ari_app.jobs.watch.log", log)
    await watched.report("mon 10:00", count=2)
    watched.clock.at += timedelta(hours=3)
    tick = watching(watched.desk, Outbox(watched.store, watched.clock))

    await tick()
    await tick()

    lines = [call.kwargs for call in log.calls if call.kwargs["action"] == "notice"]
    assert [(line["action"], line["ticket"], line["kind"], line["since"]) for line in lines] == [
        ("notice", "T-1001", "at_risk", "2026-03-02T12:00:00+00:00"),
        ("notice", "T-1002", "at_risk", "2026-03-02T12:00:00+00:00"),
    ]


async def test_what_was_told_is_not_told_again(outbox: Outbox) -> None:
    channel = Listener()

    told = [await deliver(outbox, channel), await deliver(outbox, channel)]

    assert told == [3, 0]
    assert channel.heard == ["T-1001 at_risk", "T-1002 at_risk", "T-1003 at_risk"]


async def test_what_fails_is_told_later_and_keeps_back_nothing_else(watched: Watched, outbox: Outbox) -> None:
    channel = Listener(lambda d: DeliveryFailed("no answer") if (d.ticket, d.attempt) == ("T-1002", 1) else None)

    first = await deliver(outbox, channel)
    too_early = await deliver(outbox, channel)
    watched.clock.at += timedelta(minutes=1)
    later = await deliver(outbox, channel)

    assert (first, too_early, later) == (2, 0, 1)
    assert channel.heard == ["T-1001 at_risk", "T-1003 at_risk", "T-1002 at_risk"]


async def test_a_channel_with_a_fault_in_it_keeps_back_nothing_else(outbox: Outbox) -> None:
    channel = Listener(lambda d: KeyError("number") if d.ticket == "T-1001" else None)

    assert await deliver(outbox, channel) == 2


async def test_what_can_never_be_told_is_kept_and_shown(watched: Watched, outbox: Outbox) -> None:
    channel = Listener(lambda d: DeliveryFailed("no such number", permanent=True) if d.ticket == "T-1003" else None)

    await deliver(outbox, channel)
    watched.clock.at += timedelta(days=1)
    again = await deliver(outbox, channel)

    assert again == 0
    assert [(dead.ticket, dead.attempt, dead.error) for dead in await outbox.dead(10)] == [
        ("T-1003", 1, "no such number")
    ]


async def test_what_fails_again_and_again_is_given_up_and_shown(watched: Watched, outbox: Outbox) -> None:
    channel = Listener(lambda d: DeliveryFailed("no answer") if d.ticket == "T-1003" else None)

    for _ in range(MOST_ATTEMPTS + 1):
        await deliver(outbox, channel)
        watched.clock.at += timedelta(hours=1)

    assert [(dead.ticket, dead.attempt) for dead in await outbox.dead(10)] == [("T-1003", MOST_ATTEMPTS)]


async def test_what_a_killed_service_was_telling_is_told_by_another_after_the_lease(
    watched: Watched, outbox: Outbox
) -> None:
    await outbox.claim(2)

    during = await deliver(outbox, tell_the_log)
    watched.clock.at += LEASE
    after = await deliver(outbox, tell_the_log)

    assert (during, after) == (1, 2)


async def test_what_kills_every_service_that_tells_it_is_given_up(watched: Watched, outbox: Outbox) -> None:
    for _ in range(MOST_ATTEMPTS + 1):
        await outbox.claim(3)
        watched.clock.at += LEASE

    assert await outbox.claim(3) == []
    assert len(await outbox.dead(10)) == 3


async def test_what_was_given_up_is_told_once_when_a_person_says_so(watched: Watched, outbox: Outbox) -> None:
    await deliver(outbox, Listener(lambda delivery: DeliveryFailed("no such address", permanent=True)))
    first, *others = sorted(dead.id for dead in await outbox.dead(10))
    channel = Listener()

    again = [delivery.ticket for delivery in await outbox.try_again([first])]
    told = await deliver(outbox, channel)
    rest = len(await outbox.try_again())

    assert (again, told, channel.heard) == (["T-1001"], 1, ["T-1001 at_risk"])
    assert (rest, [waiting.attempt for waiting in await outbox.waiting(10)]) == (len(others), [0, 0])
    assert await outbox.count_dead() == 0


async def test_only_what_was_given_up_is_tried_again(outbox: Outbox) -> None:
    await deliver(outbox, Listener(lambda d: DeliveryFailed("x", permanent=True) if d.ticket == "T-1002" else None))
    (dead,) = await outbox.dead(10)

    with pytest.raises(ValueError, match=r"not given up: 999; `meldlijn outbox list`"):
        await outbox.try_again([dead.id, 999])

    assert [one.id for one in await outbox.dead(10)] == [dead.id]
