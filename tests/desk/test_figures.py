"""Figures of a period: what counts, in which month, net and gross, and that both databases count the same."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import OperationalError

from ari_app.desk.figures import Calls, Decided, Figures, Kept
from ari_app.store.tables import (
    CallLegRow,
    CallRow,
    Customer,
    EngineerRow,
    SlaClockRow,
    TicketRow,
    TicketSource,
    VoicemailRow,
)
from sla.terms import Category, ClockKind, Kind, Scope

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOVEMBER_10 = datetime(2026, 11, 10, 9, tzinfo=UTC)
FIRST = ClockKind.FIRST_RESPONSE


class Standing:
    """A clock that stands still until it is moved."""

    at = NOVEMBER_10

    def now(self) -> datetime:
        return self.at

    def pinned(self) -> "Standing":
        return self


@pytest.fixture
def figures(store) -> Figures:
    return Figures(store, AMSTERDAM, Standing())


@pytest.fixture
def add(store):
    """Adds a ticket with a clock that ended in time, unless said otherwise; gives its id."""

    async def add(
        at: datetime, *, late: datetime | None = None, gross: datetime | None = None, done=True, **facts
    ) -> int:
        given = {"kind": Kind.INCIDENT, "source": TicketSource.PHONE, "level": "premium", "agreement_version": "v"}
        async with store.session() as session:
            ticket = TicketRow(**given | {"reported_at": at, "category": Category.II} | facts)
            session.add(ticket)
            await session.flush()
            ended = at + timedelta(hours=1) if done else None
            clock = {
                "clock": FIRST,
                "state": "met",
                "target_seconds": 7200.0,
                "elapsed_seconds": 3600.0,
                "rule": "R-013",
            }
            times = {"stopped_at": ended, "breached_at": late, "gross_breached_at": gross}
            session.add(SlaClockRow(ticket_id=ticket.id, **clock, **times))
            return ticket.id

    return add


@pytest.fixture
def call(store):
    """Adds a call to a ticket; with `rang` an engineer was rung at that moment and took it."""

    async def call(
        ticket: int, at: datetime, *, talked: datetime | None = None, rang: datetime | None = None, said=False
    ) -> None:
        given = {"line": "support", "route": "desk", "ended_by": "caller", "origin": "live", "received_at": at}
        async with store.session() as session:
            row = CallRow(call_id=f"call-{ticket}", ticket_id=ticket, talk_started_at=talked, **given)
            session.add(row)
            await session.flush()
            if rang:
                person = EngineerRow(name=f"Engineer {ticket}", number="+31612345001")
                session.add(person)
                await session.flush()
                leg = {"number": "+31612345001", "call_row_id": row.id, "engineer_id": person.id}
                session.add(CallLegRow(who="een", rang_at=rang - timedelta(seconds=9), result="no_answer", **leg))
                session.add(CallLegRow(who="twee", rang_at=rang, result="accepted", **leg))
            if said:
                session.add(VoicemailRow(ticket_id=ticket, recording=f"call/{ticket}.wav"))

    return call


async def test_a_promise_counts_in_the_local_month_of_its_report(figures, add):
    await add(datetime(2026, 10, 31, 22, 59, tzinfo=UTC))  # 23:59 in Amsterdam
    await add(datetime(2026, 10, 31, 23, 0, tzinfo=UTC))  # midnight

    found = await figures.read("quarter")

    assert [(one.month, one.judged) for one in sorted(found.kept, key=lambda one: one.month)] == [
        (date(2026, 10, 1), 1),
        (date(2026, 11, 1), 1),
    ]
    assert found.months == [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)]


async def test_net_leaves_confirmed_waits_out_and_gross_does_not(figures, add):
    at = NOVEMBER_10 - timedelta(days=1)
    await add(at)
    await add(at, gross=at)
    await add(at, late=at, gross=at)
    await add(at, late=at)  # planned before gross was kept: whoever is late net is late gross

    (found,) = (await figures.read("month")).kept

    assert found == Kept(date(2026, 11, 1), FIRST, "premium", Category.II, judged=4, net_late=2, gross_late=3)


async def test_a_clock_that_still_runs_in_time_is_not_judged_and_a_broken_one_is(figures, add):
    at = NOVEMBER_10 - timedelta(days=1)
    await add(at, done=False)
    await add(at, done=False, late=at)

    (found,) = (await figures.read("month")).kept

    assert (found.judged, found.net_late) == (1, 1)


async def test_what_nothing_is_promised_for_is_left_out_and_counted_beside(figures, add):
    await add(NOVEMBER_10, scope=Scope.THIRD_PARTY)
    await add(NOVEMBER_10)

    found = await figures.read("month")

    assert (found.tickets, found.outside, sum(one.judged for one in found.kept)) == (2, 1, 1)


async def test_each_call_is_counted_once_by_what_became_of_it(figures, add, call):
    at = NOVEMBER_10
    for what in ({"talked": at}, {"talked": at, "rang": at - timedelta(seconds=12)}, {"said": True}, {}):
        await call(await add(at), at, **what)

    found = await figures.read("month")

    assert found.calls == (Calls(date(2026, 11, 1), total=4, desk=1, engineer=1, message=1, missed=1),)


async def test_seconds_run_from_the_first_phone_that_rang_to_the_key(figures, add, call):
    at = NOVEMBER_10
    await call(await add(at), at, talked=at + timedelta(seconds=12), rang=at)
    await call(await add(at), at, talked=at + timedelta(seconds=12), rang=at)

    assert (await figures.read("month")).accepted == ((21, 2),)


async def test_a_proposal_stands_beside_what_a_person_decided(figures, add):
    at = NOVEMBER_10
    await add(at, proposal="cat1", category=Category.III)
    await add(at, proposal="cat2")
    await add(at, proposal="service_request", kind=Kind.SERVICE_REQUEST, category=None)
    await add(at, proposal="cat3", needs_review=True)  # nobody decided yet

    found = (await figures.read("month")).decided

    assert set(found) == {
        Decided("cat1", "cat3", 1),
        Decided("cat2", "cat2", 1),
        Decided("service_request", "service_request", 1),
    }


async def test_figures_of_one_customer_hold_nobody_else(figures, add, store):
    async with store.session() as session:
        customer = Customer(name="Drukkerij Proefdruk")
        session.add(customer)
    await add(NOVEMBER_10, customer_id=customer.id)
    await add(NOVEMBER_10)

    assert (await figures.read("month", customer.id)).tickets == 1


async def test_an_answer_is_kept_for_a_minute_and_then_counted_again_for_who_asks_next(figures, add):
    assert (await figures.read("month")).tickets == 0
    await add(NOVEMBER_10)

    figures._clock.at = NOVEMBER_10 + timedelta(seconds=59)
    assert (await figures.read("month")).tickets == 0
    await figures.rest()
    figures._clock.at = NOVEMBER_10 + timedelta(minutes=1)
    shown = await figures.read("month")
    await figures.rest()

    assert (shown.tickets, shown.counted_at) == (0, NOVEMBER_10)
    assert (await figures.read("month")).tickets == 1


async def test_an_answer_of_a_quarter_of_an_hour_ago_is_not_shown_any_more(figures, add):
    assert (await figures.read("month")).tickets == 0
    await add(NOVEMBER_10)

    figures._clock.at = NOVEMBER_10 + timedelta(minutes=15)

    assert (await figures.read("month")).tickets == 1


async def test_a_count_behind_the_page_that_fails_is_told_to_who_asks_later_and_not_to_who_was_shown_the_old_one(
    figures, store, monkeypatch
):
    await figures.read("month")

    async def away(_work):
        raise OperationalError("SELECT", None, Exception("the database is away"))

    monkeypatch.setattr(store, "aside", away)
    figures._clock.at = NOVEMBER_10 + timedelta(minutes=2)
    assert (await figures.read("month")).counted_at == NOVEMBER_10
    await figures.rest()

    figures._clock.at = NOVEMBER_10 + timedelta(minutes=15)
    with pytest.raises(OperationalError):
        await figures.read("month")
