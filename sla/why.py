"""Why a clock stands where it stands, in Dutch: the promise, the arithmetic, waiting, outcome. Made only when asked."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sla.clock import Reading, worked_windows
from sla.explain import moment, own_hours_line, promise_line, spoken, window_lines
from sla.hours import from_epoch, whole_seconds
from sla.terms import ClockKind, Kind
from sla.ticket_clock import REASON_NL, ClockCase, ReadClock, TicketClock


def why_of(clock: ClockKind, read: ReadClock, case: ClockCase, at: int) -> tuple[str, ...]:
    """One line each; `at` in epoch seconds is the moment of the reading."""
    told, net, gross = read.told, read.net, read.gross
    judged, zone = case.judgement, case.agreement.zone
    category = None if clock is ClockKind.REQUEST_RESPONSE else judged.category
    promise = judged.level.promise(clock, judged.category)
    target = whole_seconds(promise.target or timedelta())
    lines = [promise_line(judged.level, category, promise), f"Toegezegd: {spoken(target)} servicetijd (R-044)."]
    if category is not None and not judged.is_assessed:
        lines.append(f"Nog niet beoordeeld: de strengste denkbare categorie telt, CAT {category} (A-19).")
    if told.net[-1].cycle == 0:
        return (*lines, _NOT_STARTED[clock, case.agreement.settings.resolution_starts_at])
    lines += window_lines(worked_windows(told.net, _told_until(told, net, at)), zone)
    lines += _own_hours(told, net, case, at)
    lines += [f"Staat stil: {REASON_NL[reason]} ({_PAUSE_RULE[reason.is_excuse]})." for reason in told.open_reasons]
    lines += _outside_hours(told, case, at)
    lines += _outcome(told, net, target, case)
    if net.due != gross.due and gross.due is not None:
        lines.append(f"Bruto, zonder aftrek van wachttijd: uiterlijk {moment(gross.due, zone)} (A-07).")
    return (*lines, *_internal_target(clock, told, case, target))


def _told_until(told: TicketClock, net: Reading, at: int) -> int:
    """The arithmetic runs up to the deadline, or as far as the clock came."""
    if told.stopped_at is not None:
        return told.stopped_at
    return at if net.due is None else max(net.due, at) if net.breached else net.due


def _own_hours(told: TicketClock, net: Reading, case: ClockCase, at: int) -> list[str]:
    """The dates on which this clock ran, or could have run, by service hours that a person gave them; up to the last
    moment that keeps the promise, because that may lie days after the deadline."""
    if not case.hours.own_service:
        return []
    zone, until = case.agreement.zone, _told_until(told, net, at)
    if told.stopped_at is None and net.met_until is not None:
        until = max(until, net.met_until)
    ran = [
        (_day(stretch.begin, zone), _day(until if stretch.end is None else min(stretch.end, until), zone))
        for stretch in told.net
        if stretch.is_running and stretch.cycle == told.net[-1].cycle
    ]
    own = sorted(case.hours.own_service.items())
    return [own_hours_line(day, one) for day, one in own if any(first <= day <= last for first, last in ran)]


def _day(at: int, zone: ZoneInfo) -> date:
    return from_epoch(at).astimezone(zone).date()


def _outside_hours(told: TicketClock, case: ClockCase, at: int) -> list[str]:
    last = told.net[-1]
    if not last.is_running or last.hours.is_open(at):
        return []
    opens = moment(last.hours.next_opening(at), case.agreement.zone)
    return [f"Nu buiten de servicetijden: de klok loopt verder vanaf {opens} (R-044)."]


def _outcome(told: TicketClock, net: Reading, target: int, case: ClockCase) -> list[str]:
    zone = case.agreement.zone
    lines: list[str] = []
    if net.due is not None:
        lines.append(f"Uiterlijk {moment(net.due, zone)}.")
    if told.stopped_at is not None:
        lines.append(f"Gestopt {moment(told.stopped_at, zone)} na {spoken(net.elapsed)}.")
    elif net.due is None:
        lines.append(f"Geen uiterste tijd zolang de klok stilstaat; {spoken(max(0, target - net.elapsed))} over.")
    if net.breached_at is not None:
        ending = "" if net.breached else "; na de nieuwe beoordeling weer binnen de tijd"
        lines.append(f"Overschreden sinds {moment(net.breached_at, zone)}{ending}.")
    return lines


def _internal_target(clock: ClockKind, told: TicketClock, case: ClockCase, target: int) -> list[str]:
    """For a calamity people aim higher than the contract: calamity hours count for them (A-05). Never a promise."""
    if case.judgement.kind is not Kind.CALAMITY or clock is not ClockKind.FIRST_RESPONSE or told.stopped_at is not None:
        return []
    aim = case.hours.extended.epoch.due(case.reported_at, target)
    return [f"Intern streven, met calamiteitentijden: {moment(aim, case.agreement.zone)} (A-05, geen toezegging)."]


_PAUSE_RULE = {False: "R-048, R-049", True: "R-047"}
_NOT_STARTED = {
    (
        ClockKind.RESOLUTION,
        "plan_recorded",
    ): "Loopt nog niet: begint als het Resolution Plan is vastgelegd (R-043, A-06).",
    (
        ClockKind.RESOLUTION,
        "plan_executed",
    ): "Loopt nog niet: begint als het Resolution Plan is uitgevoerd (R-043, A-06).",
    (ClockKind.RESOLUTION, "first_response"): "Loopt nog niet: begint bij de eerste reactie (A-06).",
    **{
        (
            ClockKind.TIME_ON_SITE,
            start,
        ): "Loopt nog niet: begint als hulp op afstand niet mogelijk blijkt (R-059, A-13)."
        for start in ("plan_recorded", "plan_executed", "first_response")
    },
}
