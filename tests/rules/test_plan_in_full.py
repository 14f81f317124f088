"""A plan looked at whole, field by field: what the desk stores and shows must not differ from what was computed."""

from datetime import datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from sla.agreed_hours import agreed_hours
from sla.agreement import parse_agreement
from sla.alerts import Alert, AlertKind
from sla.clauses import Clause
from sla.explain import moment, window_lines
from sla.hours import epoch_seconds
from sla.plan import Deadline, Plan, plan
from sla.terms import Category, ClockKind, Kind, PauseReason, Scope
from sla.ticket import EventType, TicketEvent, TicketFacts

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
AGREEMENT = parse_agreement((files("sla.agreements") / "voip-4.10-2023-11.toml").read_text(encoding="utf-8"))
E = EventType
NOTHING = timedelta()


def at(day_and_time: str) -> datetime:
    """2 March 2026 is a Monday."""
    return datetime.fromisoformat(f"2026-03-{day_and_time}").replace(tzinfo=AMSTERDAM)


def event(when: str, what: EventType, **given: object) -> TicketEvent:
    return TicketEvent(at(when), at(when), what, **given)  # type: ignore[arg-type]


def planned(
    *events: TicketEvent,
    now: str,
    kind: Kind = Kind.INCIDENT,
    category: Category | None = Category.II,
    reported: str = "02T09:00",
    level: str = "premium",
    proposed: Category | None = None,
    **settings: object,
) -> Plan:
    agreement = AGREEMENT.with_settings(settings)
    facts = TicketFacts(kind, level, category, Scope.IN_SCOPE, at(reported), agreement.version, events, proposed)
    return plan(facts, agreement, agreed_hours(agreement), at(now))


def first(found: Plan) -> Deadline:
    return found.deadlines[0]


def test_a_deadline_that_was_broken_while_paused_and_stopped_late():
    """R-014, R-047, A-07: the excuse is not confirmed, so that net and gross are the same but for the waiting."""
    found = first(
        planned(
            event("02T10:00", E.PAUSED, reason=PauseReason.WAITING_CUSTOMER),
            event("02T11:00", E.RESUMED, reason=PauseReason.WAITING_CUSTOMER),
            event("02T15:00", E.FIRST_RESPONSE),
            now="02T16:00",
        )
    )

    assert found == Deadline(
        clock=ClockKind.FIRST_RESPONSE,
        target=timedelta(hours=4),
        started_at=at("02T09:00"),
        due_at=at("02T14:00"),
        met_until=at("02T14:00"),
        elapsed=timedelta(hours=5),
        left=timedelta(hours=-1),
        state="breached",
        breached_at=at("02T14:00:01"),
        stopped_at=at("02T15:00"),
        clause=Clause("R-014", "L64-74", "SLA VOIP V4.10 (2023-11)"),
        tell=found.tell,
        category=Category.II,
        gross_due_at=at("02T13:00"),
        gross_elapsed=timedelta(hours=6),
        gross_breached_at=at("02T13:00:01"),
    )
    assert found.why == (
        "Premium, CAT II, R-014",
        "Toegezegd: 4 u servicetijd (R-044).",
        "ma 09:00-10:00 = 1 u",
        "ma 11:00-15:00 = 4 u",
        "Uiterlijk ma 02-03-2026 14:00.",
        "Gestopt ma 02-03-2026 15:00 na 5 u.",
        "Overschreden sinds ma 02-03-2026 14:00:01.",
        "Bruto, zonder aftrek van wachttijd: uiterlijk ma 02-03-2026 13:00 (A-07).",
    )


def test_what_is_not_promised_is_whole_too():
    """R-018: the clock, the rule and its lines."""
    on_site = planned(now="02T10:00").deadline(ClockKind.TIME_ON_SITE)
    nothing = planned(now="02T10:00", level="level_0").deadlines

    clause = Clause("R-018", "L98", "SLA VOIP V4.10 (2023-11)")
    assert on_site == Deadline(
        ClockKind.TIME_ON_SITE, None, None, None, None, NOTHING, None, "none", None, None, clause, lambda: ()
    )
    assert on_site.why == ("SLA VOIP Premium, CAT II: geen tijd toegezegd (R-018).",)
    assert [one.clock for one in nothing] == [
        ClockKind.FIRST_RESPONSE,
        ClockKind.RESOLUTION,
        ClockKind.TIME_ON_SITE,
    ]
    assert {(one.elapsed, one.rule, one.clause.lines) for one in nothing} == {(NOTHING, "R-071", "L603-605")}


def test_a_clock_that_never_began_was_never_stopped():
    """R-043: resolved without a plan."""
    resolution = planned(event("02T10:00", E.RESOLVED), now="02T11:00").deadline(ClockKind.RESOLUTION)

    assert resolution is not None
    assert (resolution.state, resolution.stopped_at, resolution.started_at) == ("not_started", None, None)


def test_the_category_that_was_confirmed_last_is_the_one_that_is_shown():
    """R-085"""
    events = [event("02T10:00", E.CATEGORY_CONFIRMED, category=Category.III)]

    found = first(planned(*events, now="02T10:30", category=None))
    later = first(planned(*events, event("02T11:30", E.CATEGORY_CONFIRMED, category=Category.I), now="02T12:00"))

    assert (found.category, found.rule, found.target) == (Category.III, "R-015", timedelta(hours=2))
    assert not any("Nog niet beoordeeld" in line for line in found.why)
    assert (later.category, later.rule, later.breached_at) == (Category.I, "R-013", at("02T11:00:01"))
    assert later.why[-1] == "Overschreden sinds ma 02-03-2026 11:00:01; na de nieuwe beoordeling weer binnen de tijd."


@pytest.mark.parametrize(
    ("kind", "events", "is_calamity"),
    [
        (Kind.INCIDENT, (), False),
        (Kind.CALAMITY, (), True),
        (Kind.INCIDENT, (E.BECAME_A_CALAMITY,), True),
        (Kind.CALAMITY, (E.NOT_A_CALAMITY,), False),
        (Kind.INCIDENT, (E.BECAME_A_CALAMITY, E.NOT_A_CALAMITY), False),
        (Kind.CALAMITY, (E.NOT_A_CALAMITY, E.BECAME_A_CALAMITY), True),
    ],
)
def test_the_last_ruling_says_whether_it_is_a_calamity(kind, events, is_calamity):
    """R-055, A-05: only a calamity has an inner target, and only for the first response."""
    told = [event(f"02T1{hour}:00", what) for hour, what in enumerate(events)]

    found = planned(*told, now="02T12:00", kind=kind)

    aims = [one.clock for one in found.deadlines if any("Intern streven" in line for line in one.why)]
    assert aims == ([ClockKind.FIRST_RESPONSE] if is_calamity else [])


@pytest.mark.parametrize(
    ("kind", "events", "due"),
    [
        (Kind.INCIDENT, (), "09T12:30"),
        (Kind.CALAMITY, (), "08T09:00"),
        # Became one on Saturday at 11:00: an hour of that day counts, then three of Sunday.
        (Kind.INCIDENT, (E.BECAME_A_CALAMITY,), "08T11:30"),
        # The desk keeps the kind of now with the ticket: what it was before is told by the event.
        (Kind.CALAMITY, (E.BECAME_A_CALAMITY,), "08T11:30"),
        # A ruling that it was none counts from the report on.
        (Kind.CALAMITY, (E.NOT_A_CALAMITY,), "09T12:30"),
    ],
)
def test_calamity_hours_count_for_a_calamity_when_the_provider_reads_it_so(kind, events, due):
    """R-050, R-055, A-05: reported on Saturday 7 March at 09:00, 4 hours."""
    told = [event("07T11:00", what) for what in events]

    found = planned(*told, now="07T11:30", kind=kind, reported="07T08:30", calamity_hours_count_for_calamity=True)

    assert first(found).due_at == at(due)


def test_time_on_site_runs_in_service_hours_also_after_a_ruling():
    """R-060"""
    found = planned(
        event("07T09:00", E.REMOTE_IMPOSSIBLE),
        event("07T09:30", E.BECAME_A_CALAMITY),
        now="07T10:00",
        category=Category.III,
        reported="07T08:30",
        calamity_hours_count_for_calamity=True,
    ).deadline(ClockKind.TIME_ON_SITE)

    assert found is not None
    assert found.due_at == at("09T10:30")


def test_reopening_gives_the_resolution_more_time_and_not_the_response():
    """R-040, R-043"""
    found = planned(
        event("02T10:00", E.PLAN_RECORDED),
        event("02T11:00", E.RESOLVED),
        event("02T15:00", E.REOPENED),
        now="02T16:00",
    )

    response, resolution = found.deadlines[:2]
    assert (response.state, response.elapsed) == ("met", timedelta(hours=2))
    assert (resolution.state, resolution.elapsed) == ("running", timedelta(hours=2))


def test_a_plan_that_is_late_is_told_with_its_moment():
    """A-06"""
    found = planned(event("02T10:00", E.FIRST_RESPONSE), now="02T11:00")

    assert found.alerts == (Alert(AlertKind.NO_PLAN, ClockKind.RESOLUTION, at("02T11:00")),)


def test_of_an_overdue_clock_the_arithmetic_goes_on_until_now():
    found = first(planned(now="02T15:00"))

    assert "ma 09:00-15:00 = 6 u" in found.why


def test_of_a_clock_within_its_time_the_arithmetic_goes_on_until_the_deadline():
    found = first(planned(now="02T10:00"))

    assert "ma 09:00-13:00 = 4 u" in found.why


def test_a_pause_without_a_deadline_tells_what_is_left():
    """R-048"""
    found = first(planned(event("02T10:00", E.PAUSED, reason=PauseReason.WAITING_CUSTOMER), now="02T12:00"))
    broken = first(planned(event("02T15:00", E.PAUSED, reason=PauseReason.WAITING_CUSTOMER), now="02T16:00"))

    assert "Geen uiterste tijd zolang de klok stilstaat; 3 u over." in found.why
    assert "Staat stil: wachten op de klant (R-048, R-049)." in found.why
    assert broken.state == "breached"


def test_a_pause_that_ended_is_not_told_as_a_standstill():
    found = first(
        planned(
            event("02T10:00", E.PAUSED, reason=PauseReason.WAITING_CUSTOMER),
            event("02T10:00", E.PAUSED, reason=PauseReason.THIRD_PARTY),
            event("02T11:00", E.RESUMED, reason=PauseReason.WAITING_CUSTOMER),
            now="02T12:00",
        )
    )

    assert not any("Staat stil" in line for line in found.why)


def test_an_incompleteness_that_does_not_count_leaves_later_waiting_alone():
    """R-048, R-049: the event is passed over, what comes after it is not."""
    found = first(
        planned(
            event("02T10:00", E.INCOMPLETE),
            event("02T11:00", E.PAUSED, reason=PauseReason.WAITING_CUSTOMER),
            now="02T12:00",
            kind=Kind.CALAMITY,
        )
    )

    assert (found.state, found.elapsed) == ("paused", timedelta(hours=2))


def test_an_excuse_confirmed_in_its_own_moment_counts():
    """A-07"""
    found = first(
        planned(
            event("02T10:00", E.PAUSED, reason=PauseReason.FORCE_MAJEURE),
            event("02T10:00", E.EXCUSE_CONFIRMED, reason=PauseReason.FORCE_MAJEURE),
            now="02T12:00",
        )
    )

    assert found.elapsed == timedelta(hours=1)


@pytest.mark.parametrize(("days", "lines"), [(1, 1), (5, 5), (7, 7), (8, 7)])
def test_a_long_row_of_windows_is_shortened_in_the_middle(days, lines):
    """More than seven windows: three, the sum of the rest, three."""
    begin = epoch_seconds(at("02T09:00"))
    windows = [(begin + day * 86_400, begin + day * 86_400 + 3600) for day in range(days)]

    shown = window_lines(windows, AMSTERDAM)

    assert len(shown) == lines
    assert ("..." in "".join(shown)) is (days > 7)
    assert shown[0] == ("ma 02-03 09:00-10:00 = 1 u" if days > 6 else "ma 09:00-10:00 = 1 u")


def test_days_are_dated_only_when_their_names_could_be_mistaken():
    begin = epoch_seconds(at("02T00:00"))
    six_days = [(begin, begin + 60), (begin + 6 * 86_400 - 60, begin + 6 * 86_400)]

    assert window_lines(six_days, AMSTERDAM)[1] == "za 23:59-24:00 = 1 min"
    assert window_lines([six_days[0], (begin, begin + 6 * 86_400 + 1)], AMSTERDAM)[0] == "ma 02-03 00:00-00:01 = 1 min"


def test_seconds_are_told_only_where_there_are_some():
    noon = epoch_seconds(at("02T12:00"))

    assert moment(noon, AMSTERDAM) == "ma 02-03-2026 12:00"
    assert moment(noon + 5, AMSTERDAM) == "ma 02-03-2026 12:00:05"


@pytest.mark.parametrize(("closes", "stops"), [(True, False), (False, True)])
def test_the_two_switches_of_a_holiday_are_independent(closes, stops):
    """A-08: Tuesday 3 March is a holiday here."""
    settings = {"holiday_closes_desk": closes, "holiday_stops_contract_clock": stops}

    hours = agreed_hours(AGREEMENT.with_settings(settings), [at("03T00:00").date()])

    assert hours.is_phone_time(at("03T10:00")) is not closes
    assert hours.is_service_time(at("03T10:00")) is not stops
    assert hours.is_calamity_time(at("03T08:00"))


def test_a_wait_that_ends_after_the_answer_does_not_stand_on_the_clock_for_ever():
    """R-048: the wait began before the clock stopped, so that its end belongs to this clock too."""
    found = first(
        planned(
            event("02T10:00", E.PAUSED, reason=PauseReason.WAITING_CUSTOMER),
            event("02T10:30", E.FIRST_RESPONSE),
            event("02T11:00", E.RESUMED, reason=PauseReason.WAITING_CUSTOMER),
            now="02T12:00",
        )
    )

    assert found.elapsed == timedelta(hours=1)
    assert not any("Staat stil" in line for line in found.why)


@pytest.mark.parametrize(
    ("said", "left"),
    [((E.INCOMPLETE, E.COMPLETE), timedelta(hours=2)), ((E.INCOMPLETE, E.COMPLETE, E.INCOMPLETE), timedelta(hours=3))],
)
def test_within_one_second_the_order_in_which_it_was_told_holds(said, left):
    """R-049"""
    found = first(planned(*(event("02T10:00", what) for what in said), now="02T11:00"))

    assert found.left == left


@pytest.mark.parametrize(
    ("proposed", "counts"), [(None, Category.II), (Category.I, Category.II), (Category.III, Category.III)]
)
def test_until_a_person_judges_a_proposal_makes_a_promise_stricter_and_never_milder(proposed, counts):
    """A-19, R-085"""
    assert first(planned(now="02T09:30", category=None, proposed=proposed)).category is counts


def test_a_wait_that_begins_after_the_answer_is_nothing_to_the_clock_of_the_answer():
    """R-048: the promise was kept before anybody waited."""
    found = first(
        planned(
            event("02T10:30", E.FIRST_RESPONSE),
            event("02T11:00", E.PAUSED, reason=PauseReason.WAITING_CUSTOMER),
            now="02T12:00",
        )
    )

    assert found.state == "met"
    assert not any("Staat stil" in line for line in found.why)
