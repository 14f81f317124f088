"""Reviewing what came in: one decision, its undoing, and two reports about one thing as one (R-085, A-19)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from ari_app.desk.change import FINISHED, Change
from ari_app.desk.commands.corrections import correct_event
from ari_app.desk.commands.judgement import change_kind, confirm_category
from ari_app.desk.commands.progress import close
from ari_app.desk.commands.user_changes import refuse_user_change
from ari_app.desk.numbers import ticket_number, ticket_row_id
from ari_app.desk.outcomes import CATEGORIES, MERGED, Outcome, outcome_nl
from ari_app.desk.planning import replan
from ari_app.desk.refusal import Refused, needs
from ari_app.desk.reviewed import REVIEW, UNDONE, last_word, mark_of, standing_review
from ari_app.desk.views import PROPOSED_AS
from ari_app.store.tables import TicketRow
from ari_app.store.work_tables import DecisionRow
from sla.terms import Category, Kind
from sla.ticket import EventType

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_DISTURBANCES = (Kind.INCIDENT, Kind.CALAMITY)
_REASON = "de reden is ingevuld"


async def review(change: Change, outcome: Outcome, why: str, seen: str | None = None) -> None:
    """What a report is, in one decision that `undo_review` takes back. `seen` is the mark of the last word that this person
    saw: refused when somebody decided since, with who and what; without it nobody looks."""
    change.by.must_be_ours("R-085")
    _refuse_unseen(change, seen)
    reason = needs(why, _REASON, "R-085")
    match outcome:
        case Outcome.CAT_I | Outcome.CAT_II | Outcome.CAT_III:
            if change.ticket.kind not in _DISTURBANCES:
                await change_kind(change, Kind.INCIDENT, reason)
            await confirm_category(change, CATEGORIES[outcome], reason)
        case Outcome.REQUEST:
            await change_kind(change, Kind.SERVICE_REQUEST, reason)
            change.ticket.needs_review = False
        case Outcome.FORM_ADD | Outcome.FORM_REMOVE:
            await refuse_user_change(change, "add" if outcome is Outcome.FORM_ADD else "remove", reason)
        case Outcome.NO_REPORT:
            await close(change, reason)
            change.ticket.needs_review = False
        case Outcome.CANNOT_JUDGE:
            change.ticket.needs_review = True
    change.decide(REVIEW, change.ticket.proposal, outcome, reason)


async def undo_review(change: Change, why: str = "ongedaan gemaakt", seen: str | None = None) -> None:
    """Takes the last review back: the report waits for a decision again, both stay on record. For who decided, and for
    supervisors (R-085). `seen` is the mark of the decision that this person means: refused when another one stands since,
    with who and what; without it nobody looks."""
    change.by.must_be_ours("R-085")
    taken = standing_review(change.decided(REVIEW, UNDONE))
    if taken is None:
        raise Refused("Kan nadat iemand beslist: er is geen beslissing, of zij is al ongedaan gemaakt", "R-085")
    if seen is not None and seen != mark_of(taken):
        raise Refused(f"{taken.actor} besliste hier om {_clock(taken.at)} opnieuw: {outcome_nl(taken.after)}", "R-085")
    if taken.actor != change.by.name:
        change.by.must_supervise("R-085")
    reason = needs(why, _REASON, "R-085")
    await _take_back_events(change, taken, reason)
    _take_back_kind(change, taken, reason)
    if taken.after.startswith(MERGED):
        _tell_other(change, ticket_row_id(taken.after.removeprefix(MERGED)) or 0, "unjoined", reason)
    change.ticket.needs_review = True
    change.decide(UNDONE, taken.after, "", reason)


async def merge(change: Change, into: str, why: str, seen: str | None = None) -> None:
    """The report is about the same as `into`, an earlier open report of this customer: it is closed and points there, its
    message stays with it, and the clock of the first report goes on. A graver proposal goes along (R-040, A-19)."""
    change.by.must_be_ours("R-085")
    _refuse_unseen(change, seen)
    reason = needs(why, _REASON, "R-085")
    other = await _to_merge_into(change, into)
    number = ticket_number(change.ticket.id)
    change.happen(change.event(EventType.CLOSED), "R-085", reason, {"merged_into": into})
    change.ticket.needs_review = False
    change.decide(REVIEW, change.ticket.proposal, f"{MERGED}{into}", reason)
    _tell_other(change, other.id or 0, "joined", reason)
    _pass_on_gravity(change.ticket, other, number)
    change.session.add(other)
    await change.session.flush()
    await replan(change.session, other, change.terms, change.now)


def _refuse_unseen(change: Change, seen: str | None) -> None:
    last = last_word(change.decided(REVIEW, UNDONE), change.events)
    if seen is None or seen == last.mark:
        return
    if last.at is None:
        raise Refused("De eerdere beslissing is intussen ongedaan gemaakt: kijk opnieuw", "R-085")
    raise Refused(f"{last.by or 'De lijn'} besliste hier om {_clock(last.at)} al: {last.what}", "R-085")


def _clock(at: datetime) -> str:
    return f"{at.astimezone(AMSTERDAM):%H:%M}"


async def _take_back_events(change: Change, taken: DecisionRow, why: str) -> None:
    """The events that this decision brought, the last one first."""
    for type_ in (EventType.CLOSED, EventType.CATEGORY_CONFIRMED):
        mine = [
            one
            for one in change.events
            if one.type is type_ and one.recorded_at == taken.at and one.actor == taken.actor
        ]
        if mine and (type_ is EventType.CLOSED or taken.after in CATEGORIES):
            await correct_event(change, max(one.id or 0 for one in mine), why)


def _take_back_kind(change: Change, taken: DecisionRow, why: str) -> None:
    """What was decided about the kind in the moment of that decision, just before it."""
    before = change.decisions[: change.decisions.index(taken)]
    kinds = [one for one in before if (one.what, one.at, one.actor) == ("kind", taken.at, taken.actor)]
    changed = kinds[-1] if kinds else None
    if changed is not None and change.ticket.kind == changed.after:
        change.decide("kind", changed.after, changed.before, why)
        change.ticket.kind = Kind(changed.before)


async def _to_merge_into(change: Change, into: str) -> TicketRow:
    row_id = ticket_row_id(into)
    other = None if row_id is None else await change.session.get(TicketRow, row_id, with_for_update=True)
    if other is None or other.id == change.ticket.id:
        raise Refused(f"Melding {into!r} bestaat niet, of is deze zelf: kies een andere", "R-111")
    if change.ticket.customer_id is None or other.customer_id != change.ticket.customer_id:
        raise Refused("Kan alleen bij een melding van dezelfde klant", "R-113")
    if other.state in FINISHED:
        raise Refused(f"Kan nadat {into} is heropend: die melding is al klaar", "R-043")
    if other.reported_at > change.ticket.reported_at:
        raise Refused(f"Kan alleen bij een eerdere melding: voeg {into} bij deze, dan telt de eerste klok", "R-040")
    return other


def _tell_other(change: Change, ticket_id: int, what: str, why: str) -> None:
    """The other ticket's own history names the report too."""
    after = f"{ticket_number(change.ticket.id)}: {change.ticket.summary}"
    decision = DecisionRow(ticket_id=ticket_id, at=change.now, actor=change.by.name, what=what, after=after, why=why)
    change.session.add(decision)


def _pass_on_gravity(ticket: TicketRow, other: TicketRow, number: str) -> None:
    """A milder first report must not hide what the second one says: then somebody looks at the first again."""
    gravest = PROPOSED_AS.get(ticket.proposal or "")
    counted = other.category or PROPOSED_AS.get(other.proposal or "")
    if gravest is None or _gravity(counted) >= gravest.gravity:
        return
    other.proposal, other.needs_review = ticket.proposal, True
    other.why_proposed = f"{other.why_proposed} Uit {number}, dat hierbij is gevoegd: {ticket.why_proposed}".strip()


def _gravity(category: Category | None) -> int:
    return category.gravity if category is not None else 0
