"""Figures of a period: what counts, in which month, net and gross, and that both databases count the same."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import OperationalError

from ari_app.desk.figures import Figures
from ari_app.desk.figures_views import Calls, Decided, Kept
from ari_app.desk.reviewed import REVIEW, UNDONE
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
from ari_app.store.work_tables import DecisionRow
from sla.terms import Category, ClockKind, Kind, Scope
from sla.ticket import TicketState

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

    async def call(ticket: int, at: datetime, *, talked=None, rang=None, said=False, route="desk") -> None:
        given = {"line": "support", "route": route, "ended_by": "caller", "origin": "live", "received_at": at}
        async with store.session() as session:
            row = CallRow(call_id=f"call-{ticket}-{at}", ticket_id=ticket, talk_started_at=talked, **given)
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

    assert found.calls == (Calls(date(2026, 11, 1), total=4, desk=1, engineer=1, message=1, joined=0, missed=1),)


async def test_who_joins_a_known_outage_is_neither_missed_nor_did_they_leave_its_message(figures, add, call):
    outage, with_message = await add(NOVEMBER_10), await add(NOVEMBER_10)
    await call(with_message, NOVEMBER_10, said=True)
    for number, ticket in enumerate((outage, with_message), 1):
        await call(ticket, NOVEMBER_10 + timedelta(minutes=number), route="announcement")

    (found,) = (await figures.read("month")).calls

    assert found == Calls(date(2026, 11, 1), total=3, desk=0, engineer=0, message=1, joined=2, missed=0)


async def test_a_call_counts_in_its_own_month_also_when_it_joins_a_ticket_of_the_month_before(figures, add, call):
    """And in the local one: 23:00 UTC on October 31 is November."""
    ticket = await add(datetime(2026, 10, 30, 9, tzinfo=UTC))
    for at in (datetime(2026, 10, 31, 22, 59, tzinfo=UTC), datetime(2026, 10, 31, 23, 0, tzinfo=UTC)):
        await call(ticket, at, route="announcement")

    found = await figures.read("quarter")

    assert [one.total for one in found.calls] == [0, 1, 1]


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


@pytest.fixture
def decide(store):
    """What somebody decided about a ticket in the review, or took back."""

    async def decide(ticket: int, after: str, what: str = REVIEW) -> None:
        async with store.session() as session:
            session.add(DecisionRow(ticket_id=ticket, at=NOVEMBER_10, actor="ilse", what=what, after=after))

    return decide


@pytest.mark.parametrize("after", ["no_report", "merged:T-1001"])
async def test_what_is_no_report_of_its_own_is_no_promise_that_was_kept(figures, add, decide, after):
    await decide(await add(NOVEMBER_10, category=None, state=TicketState.CLOSED), after)
    await add(NOVEMBER_10)

    found = await figures.read("month")

    assert (found.tickets, found.no_reports, sum(one.judged for one in found.kept)) == (2, 1, 1)


async def test_a_decision_that_was_taken_back_counts_no_more(figures, add, decide):
    ticket = await add(NOVEMBER_10, proposal="cat1", category=Category.II, state=TicketState.CLOSED)
    await decide(ticket, "no_report")
    await decide(ticket, "", UNDONE)
    await decide(ticket, "II")

    found = await figures.read("month")

    assert (found.no_reports, sum(one.judged for one in found.kept)) == (0, 1)
    assert found.decided == (Decided("cat1", "cat2", 1),)


async def test_no_report_is_a_decision_too_and_a_form_as_well(figures, add, decide):
    """Or else the share of proposals that were right is too high."""
    given = {"category": None, "state": TicketState.CLOSED}
    await decide(await add(NOVEMBER_10, proposal="cat2", **given), "no_report")
    await decide(await add(NOVEMBER_10, proposal="cat2", kind=Kind.USER_CHANGE, **given), "form_add")
    await decide(await add(NOVEMBER_10, proposal="cat2", **given), "merged:T-1001")

    found = await figures.read("month")

    assert set(found.decided) == {Decided("cat2", "no_report", 1), Decided("cat2", "user_change", 1)}


async def test_tickets_that_were_proposed_too_low_are_named_newest_first(figures, add):
    low = [await add(NOVEMBER_10, proposal=proposal, category=Category.III) for proposal in ("cat1", "service_request")]
    await add(NOVEMBER_10, proposal="cat3", category=Category.III)
    await add(NOVEMBER_10, proposal="cat1", category=Category.II)

    found = await figures.read("month")

    assert found.too_low == tuple(f"T-{1000 + row}" for row in reversed(low))


async def test_a_period_that_is_over_ends_with_the_month_that_is_asked_for(figures, add):
    for day in (datetime(2026, 9, 30, 21, 59, tzinfo=UTC), datetime(2026, 9, 30, 22, 0, tzinfo=UTC), NOVEMBER_10):
        await add(day)

    october = await figures.read("month", until=date(2026, 10, 1))
    quarter = await figures.read("quarter", until=date(2026, 10, 1))

    assert (october.first, october.last, october.tickets) == (date(2026, 10, 1), date(2026, 10, 1), 1)
    assert (quarter.first, quarter.last, quarter.tickets) == (date(2026, 8, 1), date(2026, 10, 1), 2)


async def test_a_period_never_reaches_beyond_the_running_month(figures):
    assert (await figures.read("month", until=date(2027, 5, 1))).last == date(2026, 11, 1)
