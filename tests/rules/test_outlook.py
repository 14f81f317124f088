"""How a clock looks on a time axis, and what is still ahead: the same arithmetic as the plan, drawn. R-044, R-047, A-07."""

from datetime import timedelta

from sla.alerts import AlertKind
from sla.outlook import Outlook, outlook
from sla.terms import Category, ClockKind, PauseReason
from sla.ticket import EventType, TicketFacts
from tests.rules.test_ticket_plan import AGREEMENT, AMSTERDAM, HOURS, event, local, planned, ticket

FIRST = ClockKind.FIRST_RESPONSE


def looked(facts: TicketFacts, now: str) -> Outlook:
    return outlook(facts, AGREEMENT, HOURS, local(now))


def drawn(found: Outlook, kind: str, clock: ClockKind = FIRST) -> list[str]:
    """ "02 09:00-17:30" for each piece."""
    return [
        f"{one.begin.astimezone(AMSTERDAM):%d %H:%M}-{one.end.astimezone(AMSTERDAM):%H:%M}"
        for one in found.pieces[clock]
        if one.kind == kind
    ]


def test_what_is_counted_and_what_is_left_meet_at_now_and_add_up_to_the_promise() -> None:
    facts = ticket(category=Category.I, reported="2026-03-02T16:00")

    found = looked(facts, "2026-03-03T10:42")

    assert drawn(found, "counted") == ["02 16:00-17:30", "03 08:30-10:42"]
    assert drawn(found, "left") == ["03 10:42-15:00"]
    assert drawn(found, "open") == ["02 08:30-17:30", "03 08:30-17:30"]
    lengths = [one.end - one.begin for one in found.pieces[FIRST] if one.kind in ("counted", "left")]
    assert sum(lengths, timedelta()) == planned(facts, "2026-03-03T10:42").deadline(FIRST).target


def test_waiting_for_the_customer_is_drawn_as_time_that_does_not_count() -> None:
    facts = ticket(
        event("2026-03-02T10:00", EventType.PAUSED, reason=PauseReason.WAITING_CUSTOMER),
        event("2026-03-02T10:35", EventType.RESUMED, reason=PauseReason.WAITING_CUSTOMER),
        category=Category.I,
    )

    found = looked(facts, "2026-03-02T11:00")

    assert drawn(found, "counted") == ["02 09:00-10:00", "02 10:35-11:00"]
    assert drawn(found, "excluded") == ["02 10:00-10:35"]


def test_an_excuse_is_time_that_counts_until_a_supervisor_confirms_it() -> None:
    excused = (
        event("2026-03-02T10:00", EventType.PAUSED, reason=PauseReason.FORCE_MAJEURE),
        event("2026-03-02T10:30", EventType.RESUMED, reason=PauseReason.FORCE_MAJEURE),
    )
    confirmed = event("2026-03-02T10:40", EventType.EXCUSE_CONFIRMED, reason=PauseReason.FORCE_MAJEURE)

    assert drawn(looked(ticket(*excused), "2026-03-02T11:00"), "excluded") == []
    assert drawn(looked(ticket(*excused, confirmed), "2026-03-02T11:00"), "excluded") == ["02 10:00-10:30"]


def test_a_clock_that_waits_has_nothing_left_to_draw_and_one_that_was_stopped_ends_there() -> None:
    paused = event("2026-03-02T10:00", EventType.PAUSED, reason=PauseReason.WAITING_CUSTOMER)
    begun = event("2026-03-02T10:00", EventType.FIRST_RESPONSE)

    assert drawn(looked(ticket(paused), "2026-03-02T11:00"), "left") == []
    assert drawn(looked(ticket(begun), "2026-03-02T11:00"), "counted") == ["02 09:00-10:00"]
    assert drawn(looked(ticket(begun), "2026-03-02T11:00"), "left") == []


def test_a_clock_that_did_not_start_is_not_drawn() -> None:
    found = looked(ticket(), "2026-03-02T11:00")

    assert ClockKind.RESOLUTION not in found.pieces
    assert ClockKind.TIME_ON_SITE not in found.pieces


def test_what_is_ahead_is_what_the_plan_will_say_at_that_moment_and_no_more() -> None:
    facts = ticket(category=Category.I)
    ahead = looked(facts, "2026-03-02T10:00").ahead

    assert [one.kind for one in ahead] == [AlertKind.AT_RISK, AlertKind.BREACHED]
    for one in ahead:
        then = one.since.astimezone(AMSTERDAM).strftime("%Y-%m-%dT%H:%M:%S")
        assert one in planned(facts, then).alerts
    assert min(one.since for one in ahead) == planned(facts, "2026-03-02T10:00").next_look_at


def test_work_that_began_without_a_plan_has_the_lateness_of_the_plan_ahead() -> None:
    """A-06"""
    facts = ticket(event("2026-03-02T10:00", EventType.FIRST_RESPONSE))

    assert [one.kind for one in looked(facts, "2026-03-02T10:01").ahead] == [AlertKind.NO_PLAN]


def test_without_a_promise_there_is_nothing_to_draw_and_nothing_ahead() -> None:
    assert looked(ticket(level=None), "2026-03-02T10:00") == Outlook()


def test_a_clock_that_was_met_as_it_began_has_nothing_to_draw() -> None:
    facts = ticket(event("2026-03-02T09:00", EventType.FIRST_RESPONSE))

    assert FIRST not in looked(facts, "2026-03-02T12:00").pieces
