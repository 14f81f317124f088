"""What the desk is promised to see: deadlines, their arithmetic, alerts. R-012...R-018, R-040...R-060, R-070...R-085."""

from datetime import datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from sla.agreed_hours import AgreedHours, agreed_hours
from sla.agreement import Agreement, parse_agreement
from sla.alerts import AlertKind, thresholds
from sla.clock import history
from sla.explain import spoken, window_lines
from sla.hours import epoch_seconds
from sla.plan import Deadline, Plan, deadlines, plan
from sla.terms import Category, ClockKind, Kind, PauseReason, Scope
from sla.ticket import STATES, EventType, TicketEvent, TicketFacts, TicketState, next_state
from sla.ticket_clock import TicketClock, read_ticket_clock

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
AGREEMENT = parse_agreement((files("sla.agreements") / "voip-4.10-2023-11.toml").read_text(encoding="utf-8"))
HOURS = agreed_hours(AGREEMENT)
E = EventType


def local(text: str) -> datetime:
    """2026-03-02 is a Monday."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def event(at: str, what: EventType, **payload: object) -> TicketEvent:
    return TicketEvent(local(at), local(at), what, **payload)  # type: ignore[arg-type]


def ticket(
    *events: TicketEvent,
    kind: Kind = Kind.INCIDENT,
    level: str | None = "premium",
    category: Category | None = Category.II,
    scope: Scope = Scope.IN_SCOPE,
    reported: str = "2026-03-02T09:00",
) -> TicketFacts:
    return TicketFacts(kind, level, category, scope, local(reported), AGREEMENT.version, events)


def planned(facts: TicketFacts, now: str, **settings: object) -> Plan:
    agreement: Agreement = AGREEMENT.with_settings(settings) if settings else AGREEMENT
    hours: AgreedHours = agreed_hours(agreement) if settings else HOURS
    return plan(facts, agreement, hours, local(now))


def first_response(facts: TicketFacts, now: str, **settings: object) -> Deadline:
    found = planned(facts, now, **settings).deadline(ClockKind.FIRST_RESPONSE)
    assert found is not None
    return found


def resolution(facts: TicketFacts, now: str, **settings: object) -> Deadline:
    found = planned(facts, now, **settings).deadline(ClockKind.RESOLUTION)
    assert found is not None
    return found


def on_site(facts: TicketFacts, now: str, **settings: object) -> Deadline:
    found = planned(facts, now, **settings).deadline(ClockKind.TIME_ON_SITE)
    assert found is not None
    return found


def test_the_arithmetic_of_the_worked_example_is_shown_line_by_line():
    """G1, R-013, R-045"""
    facts = ticket(category=Category.I, reported="2026-03-02T16:00")

    deadline = first_response(facts, "2026-03-02T16:30")

    assert deadline.due_at == local("2026-03-03T15:00")
    assert deadline.left == timedelta(hours=7, minutes=30)
    assert deadline.state == "running"
    assert deadline.rule == "R-013"
    assert deadline.why == (
        "Premium, CAT I, R-013",
        "Toegezegd: 8 u servicetijd (R-044).",
        "ma 16:00-17:30 = 1 u 30",
        "di 08:30-15:00 = 6 u 30",
        "Uiterlijk di 03-03-2026 15:00.",
    )


@pytest.mark.parametrize(
    ("kind", "level", "category", "reported", "due"),
    [
        (Kind.INCIDENT, "premium", Category.III, "2026-03-06T16:30", "2026-03-09T09:30"),  # G2
        (Kind.CALAMITY, "premium", Category.III, "2026-03-07T09:10", "2026-03-09T10:30"),  # G3
        (Kind.CALAMITY, "premium", Category.III, "2026-03-09T07:45", "2026-03-09T10:30"),  # G4
        (Kind.INCIDENT, "premium", Category.I, "2026-03-02T09:30", "2026-03-02T17:30"),  # G5
        (Kind.INCIDENT, "premium", Category.II, "2026-03-02T17:30", "2026-03-03T12:30"),  # G6
        (Kind.INCIDENT, "premium", Category.III, "2026-03-27T16:30", "2026-03-30T09:30"),  # G9
        (Kind.INCIDENT, "premium", Category.III, "2026-10-23T16:30", "2026-10-26T09:30"),  # G10
        (Kind.INCIDENT, "standard", Category.III, "2026-03-02T09:00", "2026-03-02T17:00"),
    ],
)
def test_the_first_response_is_due_when_the_promise_is_used_up(kind, level, category, reported, due):
    """R-013, R-014, R-015, R-040, R-042, A-05"""
    facts = ticket(kind=kind, level=level, category=category, reported=reported)

    assert first_response(facts, reported).due_at == local(due)


def test_a_service_request_of_standard_on_friday_noon_is_answered_by_tuesday_10_00():
    """G7, R-012, R-037, R-061"""
    facts = ticket(kind=Kind.SERVICE_REQUEST, level="standard", reported="2026-03-06T12:00")

    [deadline] = planned(facts, "2026-03-06T12:00").deadlines

    assert deadline.clock is ClockKind.REQUEST_RESPONSE
    assert deadline.due_at == local("2026-03-10T10:00")
    assert deadline.category is None
    assert deadline.why[0] == "Standard, R-012"


def test_the_clock_starts_when_the_report_is_complete_and_the_gross_clock_stays_visible():
    """G8, R-048, R-049, A-09"""
    facts = ticket(event("2026-03-02T09:00", E.INCOMPLETE), event("2026-03-03T11:00", E.COMPLETE))

    deadline = first_response(facts, "2026-03-03T12:00")

    assert deadline.due_at == local("2026-03-03T15:00")
    assert deadline.gross_due_at == local("2026-03-02T13:00")
    assert deadline.started_at == local("2026-03-03T11:00")
    assert deadline.elapsed == timedelta(hours=1)
    assert deadline.why[-1] == "Bruto, zonder aftrek van wachttijd: uiterlijk ma 02-03-2026 13:00 (A-07)."


def test_while_the_report_is_incomplete_there_is_no_deadline_and_the_reason_is_shown():
    """R-049"""
    facts = ticket(event("2026-03-02T09:00", E.INCOMPLETE))

    deadline = first_response(facts, "2026-03-02T12:00")

    assert deadline.state == "paused"
    assert deadline.due_at is None
    assert "Staat stil: melding onvolledig (R-048, R-049)." in deadline.why
    assert "Geen uiterste tijd zolang de klok stilstaat; 4 u over." in deadline.why


def test_time_before_the_report_was_marked_incomplete_counts_unless_a_supervisor_confirms_it():
    """R-048, A-09"""
    marked_late = (event("2026-03-02T10:00", E.INCOMPLETE), event("2026-03-02T11:00", E.COMPLETE))
    confirmed = event("2026-03-02T11:30", E.CLARIFYING_CONFIRMED)

    assert first_response(ticket(*marked_late), "2026-03-02T12:00").due_at == local("2026-03-02T14:00")
    assert first_response(ticket(*marked_late, confirmed), "2026-03-02T12:00").due_at == local("2026-03-02T15:00")


def test_incompleteness_is_no_excuse_for_a_calamity():
    """R-049, A-09"""
    events = (event("2026-03-02T09:00", E.INCOMPLETE), event("2026-03-02T09:30", E.CLARIFYING_CONFIRMED))
    facts = ticket(*events, kind=Kind.CALAMITY, category=Category.III)

    assert first_response(facts, "2026-03-02T10:00").due_at == local("2026-03-02T11:00")
    assert planned(facts, "2026-03-02T10:00").warnings == (
        "Onvolledig sinds 02-03-2026 09:00 telt niet: bij een calamiteit wacht de klok niet (R-049).",
    )
    assert first_response(facts, "2026-03-02T10:00", incomplete_delays_calamity=True).state == "paused"


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([event("2026-03-02T09:30", E.FIRST_RESPONSE), event("2026-03-02T10:00", E.INCOMPLETE)], "al gereageerd"),
        ([event("2026-03-02T13:00", E.INCOMPLETE)], "de bruto termijn was al verlopen"),
    ],
)
def test_incompleteness_can_not_be_used_afterwards(events, reason):
    """A-09"""
    found = planned(ticket(*events), "2026-03-02T14:00")

    assert any(reason in warning for warning in found.warnings)
    assert found.deadlines[0].gross_elapsed == found.deadlines[0].elapsed


def test_waiting_for_the_customer_stops_the_net_clock_at_once():
    """R-048"""
    facts = ticket(
        event("2026-03-02T10:00", E.PAUSED, reason=PauseReason.WAITING_CUSTOMER),
        event("2026-03-02T11:30", E.RESUMED, reason=PauseReason.WAITING_CUSTOMER),
    )

    deadline = first_response(facts, "2026-03-02T12:00")

    assert deadline.due_at == local("2026-03-02T14:30")
    assert deadline.gross_elapsed - deadline.elapsed == timedelta(hours=1, minutes=30)


def test_force_majeure_counts_only_after_a_supervisor_confirms_it():
    """R-047, A-07"""
    excuse = (event("2026-03-02T10:00", E.PAUSED, reason=PauseReason.FORCE_MAJEURE),)
    confirmed = event("2026-03-02T11:00", E.EXCUSE_CONFIRMED, reason=PauseReason.FORCE_MAJEURE)
    other = event("2026-03-02T11:00", E.EXCUSE_CONFIRMED, reason=PauseReason.MAINTENANCE)

    claimed = planned(ticket(*excuse, other), "2026-03-02T12:00")
    accepted = planned(ticket(*excuse, confirmed), "2026-03-02T12:00")

    assert claimed.deadlines[0].state == "running"
    assert claimed.warnings == (
        "Overmacht sinds 02-03-2026 10:00 telt pas mee na bevestiging door een supervisor (A-07).",
    )
    assert accepted.deadlines[0].state == "paused"
    assert accepted.warnings == ()
    assert "Staat stil: overmacht (R-047)." in accepted.deadlines[0].why


def test_force_majeure_counts_at_once_when_the_provider_reads_it_so():
    """A-07"""
    facts = ticket(event("2026-03-02T10:00", E.PAUSED, reason=PauseReason.FORCE_MAJEURE))

    assert first_response(facts, "2026-03-02T12:00", excuse_needs_confirmation=False).state == "paused"


@pytest.mark.parametrize("what", [E.FIRST_RESPONSE, E.CALL_BRIDGED, E.RESOLVED, E.CLOSED])
def test_the_first_response_is_met_when_somebody_starts(what):
    """R-040, A-04"""
    deadline = first_response(ticket(event("2026-03-02T10:00", what)), "2026-03-03T10:00")

    assert deadline.state == "met"
    assert deadline.stopped_at == local("2026-03-02T10:00")
    assert deadline.elapsed == timedelta(hours=1)
    assert "Gestopt ma 02-03-2026 10:00 na 1 u." in deadline.why


def test_a_live_call_meets_nothing_when_the_provider_reads_it_so():
    """A-04"""
    facts = ticket(event("2026-03-02T10:00", E.CALL_BRIDGED))

    assert first_response(facts, "2026-03-02T10:30", live_call_meets_first_response=False).state == "running"


@pytest.mark.parametrize("what", [E.ANSWERED, E.CALL_BRIDGED, E.FIRST_RESPONSE])
def test_a_service_request_is_met_when_a_person_reacts(what):
    """R-037, A-04"""
    facts = ticket(event("2026-03-02T10:00", what), kind=Kind.SERVICE_REQUEST)

    assert planned(facts, "2026-03-02T11:00").deadlines[0].state == "met"


def test_an_answer_after_closing_time_on_the_last_moment_is_in_time():
    """R-016, R-044: no service time passed in between."""
    facts = ticket(
        event("2026-03-02T18:00", E.FIRST_RESPONSE), level="premium", category=Category.I, reported="2026-03-02T09:30"
    )

    deadline = first_response(facts, "2026-03-03T12:00")

    assert deadline.state == "met"
    assert deadline.breached_at is None


def test_a_broken_promise_says_since_when():
    """R-014"""
    deadline = first_response(ticket(), "2026-03-02T14:30")

    assert deadline.state == "breached"
    assert deadline.breached_at == local("2026-03-02T13:00:01")
    assert deadline.left == timedelta(hours=-1, minutes=-30)
    assert deadline.why[-2:] == ("Uiterlijk ma 02-03-2026 13:00.", "Overschreden sinds ma 02-03-2026 13:00:01.")


@pytest.mark.parametrize(
    "facts",
    [
        ticket(),
        ticket(event("2026-03-02T12:00", E.CATEGORY_CONFIRMED, category=Category.III), category=None),
        ticket(reported="2026-03-02T13:30"),
    ],
    ids=["within the day", "a stricter judgement", "a deadline at closing time"],
)
def test_the_alert_and_the_deadline_name_the_same_first_second_of_a_breach(facts):
    """R-041, R-085: up to and including met_until the promise is kept."""
    late = planned(facts, "2026-03-03T16:00")
    [told] = [alert.since for alert in late.alerts if alert.kind is AlertKind.BREACHED]
    second = timedelta(seconds=1)

    assert told == late.deadlines[0].breached_at
    assert plan(facts, AGREEMENT, HOURS, told).deadlines[0].state == "breached"
    assert plan(facts, AGREEMENT, HOURS, told - second).deadlines[0].state == "running"


def test_a_lower_category_after_the_breach_makes_it_good_but_is_not_forgotten():
    """R-085"""
    facts = ticket(event("2026-03-02T14:00", E.CATEGORY_CONFIRMED, category=Category.I), category=Category.I)

    deadline = first_response(facts, "2026-03-02T14:30")

    assert deadline.state == "running"
    assert deadline.breached_at == local("2026-03-02T13:00:01")
    assert deadline.why[-1].endswith("na de nieuwe beoordeling weer binnen de tijd.")


def test_a_higher_category_is_measured_against_all_the_time_so_far():
    """R-085, R-075c"""
    facts = ticket(event("2026-03-02T12:00", E.CATEGORY_CONFIRMED, category=Category.III), category=None)

    deadline = first_response(facts, "2026-03-02T12:30")

    assert deadline.state == "breached"
    assert deadline.due_at == local("2026-03-02T11:00")
    assert deadline.breached_at == local("2026-03-02T12:00")


@pytest.mark.parametrize(
    ("reported", "category"),
    [("2026-03-02T09:00", Category.II), ("2026-03-07T09:10", Category.III), ("2026-03-07T13:00", Category.II)],
)
def test_a_report_that_nobody_judged_counts_as_the_strictest_plausible(reported, category):
    """A-19, R-075c"""
    deadline = first_response(ticket(category=None, reported=reported), reported)

    assert deadline.category is category
    assert any(f"de strengste denkbare categorie telt, CAT {category} (A-19)" in line for line in deadline.why)


def test_resolution_starts_when_the_plan_is_recorded():
    """R-043, A-06"""
    facts = ticket(event("2026-03-02T09:30", E.FIRST_RESPONSE), event("2026-03-02T10:00", E.PLAN_RECORDED))

    deadline = resolution(facts, "2026-03-02T11:00")

    assert deadline.started_at == local("2026-03-02T10:00")
    assert deadline.due_at == local("2026-03-02T14:00")


@pytest.mark.parametrize(
    ("setting", "started"),
    [
        ("plan_recorded", "2026-03-02T10:00"),
        ("plan_executed", "2026-03-02T11:00"),
        ("first_response", "2026-03-02T09:30"),
    ],
)
def test_the_start_of_resolution_is_a_reading_of_the_provider(setting, started):
    """R-043, A-06"""
    facts = ticket(
        event("2026-03-02T09:30", E.FIRST_RESPONSE),
        event("2026-03-02T10:00", E.PLAN_RECORDED),
        event("2026-03-02T11:00", E.PLAN_EXECUTED),
    )

    assert resolution(facts, "2026-03-02T12:00", resolution_starts_at=setting).started_at == local(started)


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("plan_recorded", "begint als het Resolution Plan is vastgelegd"),
        ("plan_executed", "begint als het Resolution Plan is uitgevoerd"),
        ("first_response", "begint bij de eerste reactie"),
    ],
)
def test_a_resolution_clock_that_did_not_start_says_why(setting, reason):
    """R-043"""
    deadline = resolution(ticket(), "2026-03-02T12:00", resolution_starts_at=setting)

    assert deadline.state == "not_started"
    assert deadline.stopped_at is deadline.started_at is None
    assert reason in deadline.why[-1]


def test_a_reopened_ticket_goes_on_where_it_stopped():
    """R-043"""
    facts = ticket(
        event("2026-03-02T09:00", E.PLAN_RECORDED),
        event("2026-03-02T10:00", E.RESOLVED),
        event("2026-03-02T10:30", E.CLOSED),
        event("2026-03-03T09:00", E.REOPENED),
    )

    assert resolution(facts, "2026-03-02T11:00").stopped_at == local("2026-03-02T10:00")
    assert resolution(facts, "2026-03-03T09:30").due_at == local("2026-03-03T12:00")
    assert resolution(facts, "2026-03-03T09:30", reopened_clock="restart").due_at == local("2026-03-03T13:00")


def test_a_ticket_solved_without_a_plan_is_warned_about():
    """A-06"""
    facts = ticket(event("2026-03-02T10:00", E.RESOLVED))

    found = planned(facts, "2026-03-02T11:00")

    assert found.warnings == ("Opgelost zonder Resolution Plan: de oplostijd is niet te toetsen (A-06, R-043).",)
    assert planned(ticket(event("2026-03-02T10:00", E.PLAN_RECORDED), *facts.events), "2026-03-02T11:00").warnings == ()


def test_time_on_site_runs_for_premium_cat_iii_once_remote_help_is_impossible():
    """R-018, R-059, R-060, A-13"""
    facts = ticket(event("2026-03-06T16:30", E.REMOTE_IMPOSSIBLE), category=Category.III, reported="2026-03-06T16:00")

    deadline = on_site(facts, "2026-03-06T17:00")

    assert deadline.due_at == local("2026-03-09T09:30")
    assert on_site(facts, "2026-03-06T16:10").state == "not_started"
    assert on_site(facts, "2026-03-06T16:10", time_on_site_starts_at="reported").due_at == local("2026-03-09T09:00")


def test_time_on_site_is_met_by_the_recorded_arrival():
    """R-059"""
    facts = ticket(
        event("2026-03-02T09:30", E.REMOTE_IMPOSSIBLE), event("2026-03-02T11:00", E.ARRIVED), category=Category.III
    )

    assert on_site(facts, "2026-03-02T12:00").state == "met"


@pytest.mark.parametrize(("level", "category"), [("standard", Category.III), ("premium", Category.II)])
def test_no_time_on_site_is_promised_otherwise(level, category):
    """R-018"""
    facts = ticket(event("2026-03-02T09:30", E.REMOTE_IMPOSSIBLE), level=level, category=category)

    deadline = on_site(facts, "2026-03-02T10:00")

    assert deadline.state == "none"
    assert deadline.target is deadline.due_at is None
    assert "geen tijd toegezegd (R-018)" in deadline.why[0]


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        (ticket(level=None), "R-071"),
        (ticket(level="level_0"), "R-071"),
        (ticket(scope=Scope.BEST_EFFORT), "R-140"),
        (ticket(scope=Scope.THIRD_PARTY), "R-081"),
        (ticket(scope=Scope.NOT_SUPPORTED), "R-108"),
        (ticket(scope=Scope.NOT_COVERED), "R-070"),
        (ticket(kind=Kind.USER_CHANGE), "R-076"),
        (ticket(kind=Kind.PROBLEM), "R-033"),
        (ticket(kind=Kind.MAINTENANCE), "R-104"),
        (ticket(event("2026-03-02T10:00", E.SCOPE_CHANGED, scope=Scope.BEST_EFFORT)), "R-140"),
        (ticket(event("2026-03-02T10:00", E.LEVEL_CHANGED, level="level_0")), "R-071"),
    ],
)
def test_where_nothing_is_promised_there_is_no_deadline_but_a_reason(facts, rule):
    """R-033, R-070, R-071, R-076, R-078, R-081, R-092, R-103, R-104, R-108, R-140"""
    found = planned(facts, "2026-03-02T11:00")

    assert found.next_look_at is None
    assert found.alerts == ()
    assert all(deadline.state == "none" and deadline.rule == rule for deadline in found.deadlines)
    assert all(rule in deadline.why[0] for deadline in found.deadlines)


def test_a_clock_without_a_promise_has_no_moment_to_look_at():
    told = history([], HOURS.service.epoch, None)
    clock = TicketClock(told, told, None, (), ())

    assert thresholds(read_ticket_clock(clock, 0), 75) == []


def test_a_level_set_right_counts_from_the_report_on():
    """R-071"""
    facts = ticket(event("2026-03-02T10:00", E.LEVEL_CHANGED, level="standard"))

    assert first_response(facts, "2026-03-02T11:00").due_at == local("2026-03-02T17:00")


def test_a_calamity_shows_what_people_aim_for_but_promises_service_hours():
    """A-05, R-050"""
    facts = ticket(kind=Kind.CALAMITY, category=Category.III, reported="2026-03-07T09:10")

    deadline = first_response(facts, "2026-03-07T09:20")

    assert deadline.due_at == local("2026-03-09T10:30")
    assert "Intern streven, met calamiteitentijden: za 07-03-2026 11:10 (A-05, geen toezegging)." in deadline.why
    assert "Nu buiten de servicetijden: de klok loopt verder vanaf ma 09-03-2026 08:30 (R-044)." in deadline.why


def test_calamity_hours_count_when_the_provider_reads_it_so():
    """A-05; R-060: never for time on site."""
    facts = ticket(
        event("2026-03-07T09:10", E.REMOTE_IMPOSSIBLE),
        kind=Kind.CALAMITY,
        category=Category.III,
        reported="2026-03-07T09:10",
    )
    own = {"calamity_hours_count_for_calamity": True}

    assert first_response(facts, "2026-03-07T09:20", **own).due_at == local("2026-03-07T11:10")
    assert on_site(facts, "2026-03-07T09:20", **own).due_at == local("2026-03-09T10:30")


def test_a_ruling_that_it_was_no_calamity_counts_from_the_report_on():
    """R-055, R-056, A-05"""
    facts = ticket(
        event("2026-03-07T10:10", E.NOT_A_CALAMITY),
        kind=Kind.CALAMITY,
        category=Category.III,
        reported="2026-03-07T09:10",
    )

    deadline = first_response(facts, "2026-03-07T10:10", calamity_hours_count_for_calamity=True)

    assert deadline.due_at == local("2026-03-09T10:30")
    assert deadline.elapsed == timedelta()


def test_becoming_a_calamity_counts_from_then_on():
    """R-055, A-05"""
    facts = ticket(event("2026-03-07T10:10", E.BECAME_A_CALAMITY), category=Category.III, reported="2026-03-07T09:10")

    deadline = first_response(facts, "2026-03-07T10:10", calamity_hours_count_for_calamity=True)

    assert deadline.due_at == local("2026-03-08T08:40")


def test_people_are_warned_in_gross_time_at_three_quarters_at_the_end_and_when_broken():
    """R-041, A-07"""
    pause = event("2026-03-02T10:00", E.PAUSED, reason=PauseReason.WAITING_CUSTOMER)
    resume = event("2026-03-02T11:00", E.RESUMED, reason=PauseReason.WAITING_CUSTOMER)
    facts = ticket(pause, resume)

    looks = [planned(facts, now) for now in ("2026-03-02T11:30", "2026-03-02T12:00", "2026-03-02T13:00:01")]
    late = planned(facts, "2026-03-02T14:00:01")

    assert [look.next_look_at for look in looks] == [
        local("2026-03-02T12:00"),
        local("2026-03-02T13:00:01"),
        local("2026-03-02T14:00:01"),
    ]
    assert [[alert.kind for alert in look.alerts] for look in looks] == [
        [],
        [AlertKind.AT_RISK],
        [AlertKind.AT_RISK, AlertKind.OVERDUE],
    ]
    assert late.next_look_at is None
    assert late.alerts[1].kind is AlertKind.BREACHED
    assert late.alerts[1].key == "first_response:breached:2026-03-02T13:00:01+00:00"
    assert late.alerts == planned(facts, "2026-03-09T12:00").alerts


def test_a_met_clock_warns_nobody_but_a_breach_is_told_even_when_the_answer_came_after_it():
    """A-07"""
    in_time = ticket(event("2026-03-02T12:30", E.ANSWERED), kind=Kind.SERVICE_REQUEST)
    too_late = ticket(event("2026-03-02T14:00", E.FIRST_RESPONSE), event("2026-03-02T14:00", E.PLAN_RECORDED))

    assert planned(in_time, "2026-03-02T13:00").alerts == ()
    assert planned(in_time, "2026-03-02T13:00").next_look_at is None
    assert [alert.kind for alert in planned(too_late, "2026-03-02T14:10").alerts] == [AlertKind.BREACHED]


def test_people_are_told_when_no_plan_comes_within_an_hour_of_service_time():
    """A-06"""
    facts = ticket(event("2026-03-02T17:00", E.FIRST_RESPONSE), reported="2026-03-02T16:55")
    with_plan = ticket(*facts.events, event("2026-03-03T09:00", E.PLAN_RECORDED), reported="2026-03-02T16:55")

    assert planned(facts, "2026-03-02T17:10").next_look_at == local("2026-03-03T09:00")
    assert planned(facts, "2026-03-02T17:10").alerts == ()
    assert [alert.kind for alert in planned(facts, "2026-03-03T09:00").alerts] == [AlertKind.NO_PLAN]
    assert planned(with_plan, "2026-03-03T09:00").alerts == ()


def test_events_after_now_are_not_known_yet():
    facts = ticket(event("2026-03-02T10:00", E.FIRST_RESPONSE))

    assert first_response(facts, "2026-03-02T09:59").state == "running"


def test_a_ticket_keeps_the_terms_of_the_day_it_was_reported():
    """R-023"""
    facts = TicketFacts(Kind.INCIDENT, "premium", None, Scope.IN_SCOPE, local("2026-03-02T09:00"), "voip-5.0-2027-01")

    with pytest.raises(ValueError, match=r"falls under voip-5\.0-2027-01, not voip-4\.10-2023-11"):
        plan(facts, AGREEMENT, HOURS, local("2026-03-02T09:00"))


def test_a_kind_without_such_a_clock_has_none():
    assert planned(ticket(kind=Kind.SERVICE_REQUEST), "2026-03-02T09:00").deadline(ClockKind.RESOLUTION) is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 min"),
        (900, "15 min"),
        (901, "15 min 01 s"),
        (5400, "1 u 30"),
        (3900, "1 u 05"),
        (28800, "8 u"),
        (3601, "1 u 00 01 s"),
    ],
)
def test_lengths_are_spoken_in_dutch(seconds, text):
    assert spoken(seconds) == text


def test_a_long_arithmetic_is_shortened_in_the_middle_and_dated():
    windows = HOURS.service.epoch.windows(
        epoch_seconds(local("2026-03-02T00:00")), epoch_seconds(local("2026-03-14T00:00"))
    )

    lines = window_lines(windows, AMSTERDAM)

    assert lines[0] == "ma 02-03 08:30-17:30 = 9 u"
    assert lines[3] == "... 4 vensters = 36 u"
    assert lines[-1] == "vr 13-03 08:30-17:30 = 9 u"
    assert len(lines) == 7


def test_a_window_up_to_midnight_ends_at_24_00():
    begin, end = epoch_seconds(local("2026-03-02T23:00:30")), epoch_seconds(local("2026-03-03T00:00"))

    assert window_lines([(begin, end)], AMSTERDAM) == ("ma 23:00:30-24:00 = 59 min 30 s",)


def test_an_event_must_carry_its_own_value():
    with pytest.raises(ValueError, match=r"event paused at 2026-03-02T09:00:00\+01:00 has no reason"):
        event("2026-03-02T09:00", E.PAUSED)


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ([E.CALL_BRIDGED, E.PLAN_RECORDED, E.RESOLVED, E.CLOSED], TicketState.CLOSED),
        ([E.INCOMPLETE, E.COMPLETE, E.FIRST_RESPONSE], TicketState.IN_PROGRESS),
        ([E.PAUSED, E.RESUMED, E.PLAN_RECORDED, E.ARRIVED], TicketState.PLANNED),
        ([E.RESOLVED, E.CATEGORY_CONFIRMED, E.REOPENED], TicketState.IN_PROGRESS),
    ],
)
def test_a_ticket_goes_from_state_to_state_as_the_table_says(path, state):
    """R-085: judgements may be corrected in every state."""
    reached = TicketState.NEW
    for step in path:
        reached = next_state(reached, step)

    assert reached is state


def test_a_step_that_the_table_does_not_have_is_refused_with_the_possible_ones():
    with pytest.raises(ValueError, match=r"reopened is not possible for a ticket that is new: possible are .*resolved"):
        next_state(TicketState.NEW, E.REOPENED)


def test_every_state_and_every_event_is_in_the_table():
    assert {state for state, _ in STATES} == set(TicketState)
    assert {what for _, what in STATES} == set(EventType)


@pytest.mark.parametrize(
    "facts",
    [
        ticket(event("2026-03-02T10:00", E.FIRST_RESPONSE), event("2026-03-02T11:00", E.PLAN_RECORDED)),
        ticket(kind=Kind.USER_CHANGE),
        ticket(scope=Scope.THIRD_PARTY),
    ],
)
def test_who_asks_for_the_deadlines_only_gets_those_of_the_plan(facts: TicketFacts) -> None:
    now = local("2026-03-03T09:00")

    assert deadlines(facts, AGREEMENT, HOURS, now) == plan(facts, AGREEMENT, HOURS, now).deadlines


def test_an_answer_that_was_given_before_the_report_was_written_down_keeps_the_promise() -> None:
    """R-042: a call that was answered at once is noted after it was so, and the report later still."""
    facts = ticket(event("2026-03-02T08:50", E.FIRST_RESPONSE), reported="2026-03-02T09:00")

    found = first_response(facts, "2026-03-05T09:00")

    assert (found.state, found.elapsed) == ("met", timedelta())
